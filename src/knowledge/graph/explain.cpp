#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "foundation/base/error.hpp"
#include "knowledge/graph/answers.hpp"
#include "knowledge/graph/walk.hpp"

namespace stele::graph {

namespace {

constexpr int kOrigins = 100;  // nodes that the search for origins visits
constexpr std::array<std::string_view, 5> kProducers{"job", "job_step", "artifact", "delegation",
                                                     "instance"};

// Where something came from, without what only judged or mended it.
Walk origins_of(runtime::Context& context, const Uuid& id) {
    const WalkInput origins{{"depends_on", "derived_from", "supersedes", "produced_artifact",
                             "found_in", "delegated_to", "produced", "part_of"},
                            Mode::all,
                            4};
    return walk(context, {id}, follow_of(origins, Direction::up), {4, kOrigins});
}

// The nodes that an edge of this type led to.
std::vector<Node> reached_over(const Walk& walk, std::string_view type) {
    std::vector<Node> out;
    for (const Node& node : walk.nodes) {
        const auto by = walk.reached_by.find(*Uuid::parse(node.id));
        if (by != walk.reached_by.end() && by->second.type == type) out.push_back(node);
    }
    return out;
}

std::string names_of(const std::vector<Node>& nodes) {
    std::vector<std::string> names;
    for (const Node& node : nodes)
        names.push_back(fmt::format("{} {}", node.kind,
                                    node.label.empty() ? node.ref_id : "\"" + node.label + "\""));
    return fmt::format("{}", fmt::join(names, ", "));
}

std::string summary_of(const ExplainOutput& out) {
    std::vector<std::string> said;
    const auto say = [&](const char* how, const std::vector<Node>& nodes) {
        if (!nodes.empty()) said.push_back(fmt::format("{} {}", how, names_of(nodes)));
    };
    say("produced by", out.produced_by);
    say("came from", out.sources);
    say("superseded by", out.superseded_by);
    say("remediated by", out.remediated_by);
    say("verified by", out.verified_by);
    if (said.empty()) return "nothing is known of where it came from";
    return fmt::format("{}", fmt::join(said, "; "));
}

}  // namespace

ExplainOutput explain(runtime::Context& context, const Domains& domains,
                      const ExplainInput& input) {
    const NodeRef ref = resolve(context, domains, {input.result_id})[0];
    if (!ref.known)
        throw Error(Code::not_found, fmt::format("the graph knows nothing of {}", input.result_id),
                    "give a memory's id, or kind:name as in job:nightly-7");
    Walk origins = origins_of(context, ref.id);
    origins.nodes[0].kind = ref.kind;
    const Walk judged = walk(context, {ref.id}, {{"remediated_by", "verified_by"}, {}}, {2, 50});
    const Walk after = walk(context, {ref.id}, {{}, {"supersedes"}}, {1, 10});
    ExplainOutput out;
    out.truncated = origins.truncated || judged.truncated;
    describe_nodes(context, domains, origins.nodes);
    out.result = origins.nodes[0];
    for (std::size_t i = 1; i < origins.nodes.size(); ++i) {
        const Node& node = origins.nodes[i];
        const bool producer = std::ranges::find(kProducers, node.kind) != kProducers.end();
        (producer ? out.produced_by : out.sources).push_back(node);
        std::vector<std::string> path{out.result.id};
        for (const Step& step : origins.way_to(*Uuid::parse(node.id)))
            path.push_back(step.other().text());
        out.paths.push_back(std::move(path));
    }
    out.remediated_by = reached_over(judged, "remediated_by");
    out.verified_by = reached_over(judged, "verified_by");
    out.superseded_by = reached_over(after, "supersedes");
    for (auto* nodes : {&out.remediated_by, &out.verified_by, &out.superseded_by})
        describe_nodes(context, domains, *nodes);
    out.summary = summary_of(out);
    return out;
}

}  // namespace stele::graph
