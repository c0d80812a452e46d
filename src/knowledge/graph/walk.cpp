#include "knowledge/graph/walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "foundation/base/error.hpp"

namespace stele::graph {

namespace {

// Edges that one step brings at most, for each node that there is room for.
constexpr int kEdgesPerNode = 4;
constexpr int kSpareEdges = 200;

Deadline half_of_the_time(const runtime::Context& context) {
    return deadline_in(time_left(context.deadline) / 2);
}

bool passed(Deadline deadline) {
    return time_left(deadline).count() == 0;
}

// Counts the edges of one type at one node: one more than allowed tells that there are more.
class Fan {
  public:
    explicit Fan(int allowed) : allowed_(allowed) {}
    bool too_many(const Step& step) {
        return ++seen_[{step.at, step.outward, step.type}] > allowed_;
    }

  private:
    int allowed_;
    std::map<std::tuple<Uuid, bool, std::string>, int> seen_;
};

class Walker {
  public:
    Walker(runtime::Context& context, const Follow& follow, const Bounds& bounds)
        : context_(context), follow_(follow), bounds_(bounds) {}

    Walk run(const std::vector<Uuid>& roots) {
        std::vector<Uuid> frontier;
        for (const Uuid& root : roots)
            if (seen_.insert(root).second) {
                out_.nodes.push_back({root.text(), "", "", "", 0});
                frontier.push_back(root);
            }
        const Deadline stop = half_of_the_time(context_);
        for (int depth = 1; depth <= bounds_.depth && !frontier.empty(); ++depth) {
            if (passed(stop)) {
                out_.truncated = true;
                return std::move(out_);
            }
            frontier = level(frontier, depth);
        }
        if (!out_.truncated && !frontier.empty()) out_.truncated = leads_on(frontier);
        return std::move(out_);
    }

  private:
    std::vector<Uuid> level(const std::vector<Uuid>& frontier, int depth) {
        const int room = bounds_.nodes - int(out_.nodes.size());
        const int fan = std::max(room, 1);
        const int in_all = kEdgesPerNode * fan + kSpareEdges;
        const std::vector<Step> steps = step(context_, frontier, follow_, fan + 1, in_all);
        if (int(steps.size()) == in_all) out_.truncated = true;
        std::vector<Uuid> next;
        Fan counted(fan);
        for (const Step& found : steps) {
            if (counted.too_many(found)) {
                out_.truncated = true;
                continue;
            }
            if (!seen_.contains(found.other())) {
                if (int(out_.nodes.size()) >= bounds_.nodes) {
                    out_.truncated = true;
                    continue;
                }
                seen_.insert(found.other());
                out_.nodes.push_back({found.other().text(), found.other_kind(), "", "", depth});
                out_.reached_by.emplace(found.other(), found);
                next.push_back(found.other());
            }
            if (edges_.emplace(found.src, found.type, found.dst).second)
                out_.steps.push_back(found);
        }
        return next;
    }

    // Says whether there is something behind the last level.
    bool leads_on(const std::vector<Uuid>& frontier) {
        const auto steps = step(context_, frontier, follow_, 2, kSpareEdges);
        return std::ranges::any_of(steps,
                                   [&](const Step& s) { return !seen_.contains(s.other()); });
    }

    runtime::Context& context_;
    const Follow& follow_;
    const Bounds& bounds_;
    Walk out_;
    std::set<Uuid> seen_;
    std::set<std::tuple<Uuid, std::string, Uuid>> edges_;
};

// One end of the search for a way.
struct End {
    std::vector<Uuid> frontier;
    std::map<Uuid, std::optional<Step>> reached;  // nothing: where this end began

    explicit End(const Uuid& start) : frontier{start} { reached.emplace(start, std::nullopt); }

    // From the start of this end to the node.
    std::vector<Step> way_to(Uuid node) const {
        std::vector<Step> out;
        for (auto by = reached.at(node); by; by = reached.at(node)) {
            out.push_back(*by);
            node = by->at;
        }
        std::ranges::reverse(out);
        return out;
    }
};

// One level further from one end; gives a node where the two ends meet.
std::optional<Uuid> advance(runtime::Context& context, End& end, const End& other,
                            const Follow& follow, const Bounds& bounds, bool& truncated) {
    const int in_all = kEdgesPerNode * bounds.nodes;
    const std::vector<Step> steps = step(context, end.frontier, follow, limits::kTraceRows, in_all);
    if (int(steps.size()) == in_all) truncated = true;
    std::vector<Uuid> next;
    Fan counted(limits::kTraceRows - 1);
    for (const Step& found : steps) {
        if (counted.too_many(found)) truncated = true;
        if (!end.reached.emplace(found.other(), found).second) continue;
        if (other.reached.contains(found.other())) return found.other();
        next.push_back(found.other());
    }
    end.frontier = std::move(next);
    return std::nullopt;
}

// A step found from the far end, as one that leads away from the near end.
Step turned(Step step) {
    step.at = step.other();
    step.outward = !step.outward;
    return step;
}

}  // namespace

const EdgeType& edge_type(const std::string& name) {
    for (const EdgeType& type : kEdgeTypes)
        if (type.name == name) return type;
    std::string names;
    for (const EdgeType& type : kEdgeTypes)
        names += (names.empty() ? "" : ", ") + std::string(type.name);
    throw Error(Code::invalid_argument, fmt::format("type: there is no edge type \"{}\"", name),
                "one of " + names);
}

Follow follow_of(const WalkInput& input, Direction direction) {
    for (const std::string& name : input.edge_types) edge_type(name);
    Follow out;
    for (const EdgeType& type : kEdgeTypes) {
        const bool wanted =
            input.edge_types.empty()
                ? input.mode == Mode::all || (input.mode == Mode::strict) == type.strict
                : std::ranges::find(input.edge_types, type.name) != input.edge_types.end();
        if (!wanted) continue;
        const bool up = direction != Direction::down, down = direction != Direction::up;
        if (type.points_to_origin ? up : down) out.outward.emplace_back(type.name);
        if (type.points_to_origin ? down : up) out.inward.emplace_back(type.name);
    }
    return out;
}

Follow reversed(const Follow& follow) {
    return {follow.inward, follow.outward};
}

std::vector<Step> Walk::way_to(const Uuid& node) const {
    std::vector<Step> out;
    for (auto at = reached_by.find(node); at != reached_by.end();
         at = reached_by.find(at->second.at))
        out.push_back(at->second);
    std::ranges::reverse(out);
    return out;
}

Walk walk(runtime::Context& context, const std::vector<Uuid>& roots, const Follow& follow,
          const Bounds& bounds) {
    return Walker(context, follow, bounds).run(roots);
}

Way way_between(runtime::Context& context, const Uuid& from, const Uuid& to, const Follow& follow,
                const Bounds& bounds) {
    Way out;
    if (from == to) return out;
    End near(from), far(to);
    const Follow back = reversed(follow);
    const Deadline stop = half_of_the_time(context);
    for (int depth = 0; depth < bounds.depth; ++depth) {
        if (near.frontier.empty() || far.frontier.empty()) return out;
        if (passed(stop) || int(near.reached.size() + far.reached.size()) > bounds.nodes) {
            out.truncated = true;
            return out;
        }
        const bool from_near = near.frontier.size() <= far.frontier.size();
        const auto met = from_near ? advance(context, near, far, follow, bounds, out.truncated)
                                   : advance(context, far, near, back, bounds, out.truncated);
        if (!met) continue;
        out.steps = near.way_to(*met);
        std::vector<Step> rest = far.way_to(*met);
        for (auto step = rest.rbegin(); step != rest.rend(); ++step)
            out.steps.push_back(turned(*step));
        return out;
    }
    return out;
}

}  // namespace stele::graph
