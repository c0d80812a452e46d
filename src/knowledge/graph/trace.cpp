#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "foundation/base/error.hpp"
#include "knowledge/graph/answers.hpp"
#include "knowledge/graph/walk.hpp"

namespace stele::graph {

namespace {

// How many memories a question leads to.
constexpr std::size_t kSeeds = 3;

// Where a page of a trace begins: after how many nodes.
int place_of(const std::optional<std::string>& cursor) {
    if (!cursor) return 0;
    int place = 0;
    const char* end = cursor->data() + cursor->size();
    const auto [at, error] = std::from_chars(cursor->data(), end, place);
    if (error == std::errc{} && at == end && place > 0 && place < limits::kWalkNodes) return place;
    throw Error(Code::invalid_argument, "cursor: is not one that a trace gave",
                "pass cursor of the page before, unchanged");
}

std::string root_name(const TraceInput& input) {
    if (input.node_id.has_value() == (input.kind && input.ref_id))
        throw Error(Code::invalid_argument, "nodeId: give an id, or kind and refId",
                    "`stele graph trace ID`, or --kind job --ref-id nightly-7");
    return input.node_id ? *input.node_id : *input.kind + ":" + *input.ref_id;
}

const NodeRef& must_be_known(const NodeRef& ref, const std::string& name) {
    if (!ref.known)
        throw Error(Code::not_found, fmt::format("the graph knows nothing of {}", name),
                    "a memory's id is in `stele memory list`; a job's or commit's name goes with "
                    "its kind: job:nightly-7");
    return ref;
}

// "2 jobs and 1 commit" of nodes other than the root.
std::string count_kinds(const std::vector<Node>& nodes) {
    std::map<std::string, int> kinds;
    for (const Node& node : nodes)
        if (node.depth > 0) ++kinds[node.kind];
    std::vector<std::string> parts;
    for (const auto& [kind, count] : kinds) parts.push_back(fmt::format("{} {}", count, kind));
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string name_of(const Node& node) {
    return node.label.empty() ? fmt::format("{} {}", node.kind, node.ref_id)
                              : fmt::format("{} \"{}\"", node.kind, node.label);
}

std::string summary_of(const std::vector<Node>& nodes, Direction direction, bool truncated) {
    if (nodes.size() < 2) return fmt::format("{}: nothing leads on from it", name_of(nodes[0]));
    const char* how = direction == Direction::up     ? "came from"
                      : direction == Direction::down ? "led to"
                                                     : "is connected with";
    return fmt::format("{} {} {}{}", name_of(nodes[0]), how, count_kinds(nodes),
                       truncated ? " and more" : "");
}

// From the root to each node on this page that nothing further hangs on.
std::vector<std::vector<std::string>> paths_of(const Walk& walk, std::size_t begin) {
    std::set<Uuid> inner;
    for (const auto& [node, by] : walk.reached_by) inner.insert(by.at);
    std::vector<std::vector<std::string>> out;
    for (std::size_t i = std::max<std::size_t>(begin, 1); i < walk.nodes.size(); ++i) {
        const Uuid id = *Uuid::parse(walk.nodes[i].id);
        if (inner.contains(id)) continue;
        std::vector<std::string> path{walk.nodes[0].id};
        for (const Step& step : walk.way_to(id)) path.push_back(step.other().text());
        out.push_back(std::move(path));
    }
    return out;
}

void draw(TraceOutput& out, Format format) {
    if (format == Format::tree) return;
    out.format = format;
    if (format == Format::dot) out.diagram = draw_dot(out);
    if (format == Format::mermaid) out.diagram = draw_mermaid(out);
}

// A way as a trace: its nodes in order, its edges, one path.
TraceOutput along(runtime::Context& context, const Domains& domains, const NodeRef& from,
                  const NodeRef& to, const Way& way) {
    TraceOutput out;
    out.root = from.id.text();
    out.truncated = way.truncated;
    out.nodes.push_back({out.root, from.kind, "", "", 0});
    for (const Step& step : way.steps) {
        out.nodes.push_back(
            {step.other().text(), step.other_kind(), "", "", int(out.nodes.size())});
        out.edges.push_back(step.edge());
    }
    describe_nodes(context, domains, out.nodes);
    if (way.steps.empty() && from.id != to.id) {
        out.summary = fmt::format("no way leads from {} {} to {} {} within these bounds", from.kind,
                                  from.id.text(), to.kind, to.id.text());
        return out;
    }
    std::vector<std::string> ids;
    for (const Node& node : out.nodes) ids.push_back(node.id);
    out.paths.push_back(std::move(ids));
    out.summary = name_of(out.nodes[0]);
    for (std::size_t i = 0; i < way.steps.size(); ++i) {
        const Step& step = way.steps[i];
        out.summary += fmt::format(" {}-{}-{} {}", step.outward ? "" : "<", step.type,
                                   step.outward ? ">" : "", name_of(out.nodes[i + 1]));
    }
    return out;
}

}  // namespace

TraceOutput trace(runtime::Context& context, const Domains& domains, const TraceInput& input) {
    const std::string name = root_name(input);
    const int place = place_of(input.cursor);
    const Follow follow = follow_of(input, input.direction);
    std::vector<std::string> names{name};
    if (input.to) names.push_back(*input.to);
    const std::vector<NodeRef> refs = resolve(context, domains, names);
    const NodeRef& root = must_be_known(refs[0], name);
    if (input.to) {
        must_be_known(refs[1], *input.to);
        const Bounds bounds{input.max_depth, limits::kWalkNodes};
        TraceOutput out = along(context, domains, root, refs[1],
                                way_between(context, root.id, refs[1].id, follow, bounds));
        draw(out, input.format);
        return out;
    }
    const int end = std::min(place + input.limit, limits::kWalkNodes);
    Walk walked = walk(context, {root.id}, follow, {input.max_depth, end});
    walked.nodes[0].kind = root.kind;
    TraceOutput out;
    out.root = root.id.text();
    out.truncated = walked.truncated;
    out.paths = paths_of(walked, std::size_t(place));
    std::set<std::string> shown;
    for (std::size_t i = 0; i < walked.nodes.size(); ++i)
        if (i == 0 || int(i) >= place) {
            out.nodes.push_back(walked.nodes[i]);
            if (i > 0) shown.insert(walked.nodes[i].id);
        }
    // An edge belongs to the page that shows the later of its ends.
    for (const Step& step : walked.steps)
        if (shown.contains(step.src.text()) || shown.contains(step.dst.text()))
            out.edges.push_back(step.edge());
    if (walked.truncated && int(walked.nodes.size()) == end && end < limits::kWalkNodes)
        out.cursor = std::to_string(end);
    describe_nodes(context, domains, out.nodes);
    out.summary = summary_of(out.nodes, input.direction, out.truncated);
    draw(out, input.format);
    return out;
}

TraceOutput path(runtime::Context& context, const Domains& domains, const PathInput& input) {
    const Follow follow = follow_of(input, input.direction);
    const auto refs = resolve(context, domains, {input.from, input.to});
    const NodeRef& from = must_be_known(refs[0], input.from);
    const NodeRef& to = must_be_known(refs[1], input.to);
    return along(
        context, domains, from, to,
        way_between(context, from.id, to.id, follow, {input.max_depth, limits::kWalkNodes}));
}

RelatedOutput related(runtime::Context& context, const Domains& domains,
                      const RelatedInput& input) {
    if (int(input.memory_id.has_value()) + int(input.node_id.has_value()) +
            int(input.query.has_value()) !=
        1)
        throw Error(Code::invalid_argument, "nodeId: give one of memoryId, nodeId and query");
    std::vector<Uuid> roots;
    if (input.query) {
        if (domains.find) roots = domains.find(context, *input.query);
        if (roots.size() > kSeeds) roots.resize(kSeeds);
    } else {
        const std::string& name = input.memory_id ? *input.memory_id : *input.node_id;
        roots.push_back(must_be_known(resolve(context, domains, {name})[0], name).id);
    }
    RelatedOutput out;
    if (roots.empty()) return out;
    const Follow follow = follow_of({{}, Mode::all, 0}, Direction::both);
    const Walk walked =
        walk(context, roots, follow, {input.max_depth, int(roots.size()) + 4 * input.limit});
    std::vector<Node> nodes(walked.nodes.begin() + std::ptrdiff_t(roots.size()),
                            walked.nodes.end());
    describe_nodes(context, domains, nodes);
    for (const Node& node : nodes) {
        RelatedNode found{node.id, node.kind, node.label, {}, node.depth, 1};
        for (const Step& step : walked.way_to(*Uuid::parse(node.id))) {
            found.via.push_back(step.type);
            found.score *= step.weight / 2;
        }
        out.results.push_back(std::move(found));
    }
    std::ranges::stable_sort(out.results, std::ranges::greater{}, &RelatedNode::score);
    out.truncated = walked.truncated || int(out.results.size()) > input.limit;
    if (int(out.results.size()) > input.limit) out.results.resize(std::size_t(input.limit));
    return out;
}

}  // namespace stele::graph
