#include "knowledge/graph/operations.hpp"

#include <fmt/format.h>

#include "knowledge/graph/answers.hpp"

namespace stele::graph {

namespace {

using runtime::Context;
using runtime::Operation;

// The test that runs the examples stores a memory under this id, from job nightly-7.
constexpr const char* kExampleId = "01890a5d-ac96-774b-bcce-b302099a8057";

using Shared = std::shared_ptr<const Domains>;

// The operation of a function that wants the domains, too.
template <class Output, class Input>
Operation with_domains(const char* name, const Shared& domains,
                       Output (*run)(Context&, const Domains&, const Input&)) {
    return runtime::operation(name, std::function<Output(Context&, const Input&)>(
                                        [domains, run](Context& context, const Input& input) {
                                            return run(context, *domains, input);
                                        }));
}

CheckOutput check_tenant(Context& context, const Domains& domains, const CheckInput&) {
    return check(context, domains);
}

std::string render_trace(const json::value& output) {
    const TraceOutput trace = reflect::read<TraceOutput>(output);
    if (trace.diagram) return *trace.diagram;
    if (trace.format == Format::json) return pretty(output) + "\n";
    return draw_tree(trace);
}

std::string render_related(const json::value& output) {
    std::string out;
    for (const json::value& value : output.as_object().at("results").as_array()) {
        const RelatedNode node = reflect::read<RelatedNode>(value);
        out += fmt::format("{:5.2f}  {} {}\n", node.score, node.kind,
                           node.label.empty() ? node.node_id : node.label);
        for (const std::string& via : node.via) out += "       " + via;
        out += fmt::format("\n       {}\n", node.node_id);
    }
    return out.empty() ? "Nothing is connected with it.\n" : out;
}

std::string render_explain(const json::value& output) {
    const json::object& object = output.as_object();
    const Node result = reflect::read<Node>(object.at("result"));
    return fmt::format("{} {}\n{}\n", result.kind, result.id,
                       std::string_view(object.at("summary").as_string()));
}

std::string render_message(const json::value& output) {
    return fmt::format("{}\n", std::string_view(output.as_object().at("message").as_string()));
}

Operation read_op(Operation op) {
    op.idempotent = true;
    op.scopes = {"graph:read"};
    return op;
}

Operation write_op(Operation op) {
    op.effect = runtime::Effect::write;
    op.idempotent = true;
    op.scopes = {"graph:write"};
    return op;
}

void register_reads(runtime::Registry& registry, const Shared& domains) {
    registry.add(
        read_op(with_domains("graph.trace", domains, trace))
            .says("Where something came from, or what came of it",
                  "Use it when the answer needs provenance: which job, message, commit or memory "
                  "something rests on (direction up), or what rests on it (down). It gives ids and "
                  "one line a node, never what was said.")
            .with_default_tool()
            .with_routes({{"GET", "/graph/trace"}})
            .with_examples(
                {{"What a memory rests on", {{"nodeId", kExampleId}}},
                 {"What a job led to, as a picture",
                  {{"nodeId", "job:nightly-7"}, {"direction", "down"}, {"format", "mermaid"}}}})
            .with_render(render_trace));

    registry.add(read_op(with_domains("graph.path", domains, path))
                     .says("How two things are connected",
                           "Use it to say why one thing is related to another: the shortest chain "
                           "of edges between them.")
                     .with_routes({{"GET", "/graph/path"}})
                     .with_examples({{"From a memory to a job",
                                      {{"from", kExampleId}, {"to", "job:nightly-7"}}}})
                     .with_render(render_trace));

    registry.add(read_op(with_domains("graph.related", domains, related))
                     .says("What is connected with a memory, a node or a question",
                           "Use it to widen a search: what lies an edge or two away, and over "
                           "which edges it was found.")
                     .with_routes({{"GET", "/graph/related"}})
                     .with_examples({{"Around a memory", {{"memoryId", kExampleId}}},
                                     {"Around the best memories for a question",
                                      {{"query", "named by examples"}}}})
                     .with_render(render_related));

    registry.add(
        read_op(with_domains("graph.explain", domains, explain))
            .says("What a result came from, and what mended and verified it",
                  "Use it when somebody asks which job, artifact or decision a result came from, "
                  "whether it still holds, or which remediation verified a finding.")
            .with_default_tool()
            .with_routes({{"GET", "/graph/explain"}})
            .with_examples({{"A memory", {{"resultId", kExampleId}}}})
            .with_render(render_explain));
}

void register_writes(runtime::Registry& registry, const Shared& domains) {
    registry.add(
        write_op(with_domains("graph.link", domains, link))
            .says("Connect two things",
                  "Use it for what no domain knows by itself: that a finding was remediated by a "
                  "commit, that a decision depends on a memory. Strict types form no cycle: a link "
                  "that would close one is refused with its path.")
            .with_routes({{"POST", "/graph/link"}})
            .with_examples(
                {{"A remediation",
                  {{"from", "finding:CVE-2026-1"},
                   {"to", "commit:4f2a9c1"},
                   {"type", "remediated_by"}}},
                 {"A loose reference",
                  {{"from", kExampleId}, {"to", "file:docs/ports.md"}, {"type", "references"}}}})
            .with_render(render_message));

    registry.add(write_op(with_domains("graph.unlink", domains, unlink))
                     .says("Take a link back",
                           "Use it when a link was wrong. Only what was linked can be unlinked; "
                           "the edges of what is stored go when that is forgotten.")
                     .with_routes({{"POST", "/graph/unlink"}})
                     .with_examples({{"A remediation that was none",
                                      {{"from", "finding:CVE-2026-1"},
                                       {"to", "commit:4f2a9c1"},
                                       {"type", "remediated_by"}}}})
                     .with_render(render_message));
}

void register_upkeep(runtime::Registry& registry, const Shared& domains) {
    registry.add(
        read_op(with_domains("graph.check", domains, check_tenant))
            .says("Look whether the graph agrees with what is stored",
                  "Use it after a restore, or when a trace surprises: counts edges that are "
                  "missing, that nothing vouches for, or that could be part of a cycle.")
            .with_doors(runtime::kCli | runtime::kHttp)
            .with_time_limit(std::chrono::hours(4))
            .with_examples({{"The whole tenant", {}}}));

    registry.add(write_op(with_domains("graph.rebuild", domains, rebuild))
                     .says("Make the graph anew from what is stored",
                           "Use it when `graph check` finds something. Stopped or killed, it goes "
                           "on where it was; what was linked by hand stays.")
                     .with_doors(runtime::kCli | runtime::kHttp)
                     .with_time_limit(std::chrono::hours(4))
                     .with_examples({{"The whole tenant", {}}}));
}

}  // namespace

void register_operations(runtime::Registry& registry, Domains domains) {
    const auto shared = std::make_shared<const Domains>(std::move(domains));
    register_reads(registry, shared);
    register_writes(registry, shared);
    register_upkeep(registry, shared);
}

}  // namespace stele::graph
