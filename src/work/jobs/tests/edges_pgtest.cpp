// What the graph learns from jobs: the same whether it grew or was made anew.
#include "runtime/dispatcher.hpp"
#include "work/jobs/edges.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/hash.hpp"
#include "knowledge/graph/operations.hpp"
#include "work/jobs/tests/fixture.hpp"

namespace stele::jobs {
namespace {

using ::testing::HasSubstr;

constexpr const char* kAll =
    "SELECT string_agg(src || ' ' || type || ' ' || dst || ' ' || source, E'\\n' ORDER BY src, "
    "type, dst) FROM "
    "graph_edges";

TEST(Edges, GrowWithTheJobsAndComeBack) {
    World world;
    runtime::Context context = world.context();
    const Leased parent = submit_and_take(context, job("parent"));
    SubmitInput child = job("child");
    child.parent_id = parent.id;
    submit(context, child);
    Report said = about(parent);
    ArtifactSaid made;
    made.uri = "out/report.html";
    made.sha256 = sha256_hex("x");
    made.bytes = 1;
    said.artifacts = {made};
    const std::string artifact = report(context, {{said}}).jobs[0].artifacts[0];
    cancel(context, {parent.id, ""});
    resume(context, {parent.id, {}, {}});
    fork(context, {parent.id, {}, {}, {}});
    const std::string grown = world.ask(kAll);
    EXPECT_THAT(grown, HasSubstr("part_of " + parent.id));
    EXPECT_THAT(grown, HasSubstr(parent.id + " produced_artifact " + artifact));
    EXPECT_THAT(grown, HasSubstr("derived_from " + parent.id));

    runtime::Registry registry;
    graph::register_operations(registry, {.sources = {&job_edges(), &artifact_edges()},
                                          .kinds = graph_kinds(),
                                          .find = [](runtime::Context&, const std::string&) {
                                              return std::vector<Uuid>{};
                                          }});
    world.tell("DELETE FROM graph_edges");
    runtime::Dispatcher().call(registry.get("graph.rebuild"), context, json::object{});
    EXPECT_EQ(world.ask(kAll), grown);

    const auto label = [&](std::string_view kind, const std::string& id) -> std::string {
        for (const graph::Kind& one : graph_kinds())
            if (one.name == kind) return one.labels(context, {id_of(id)}).at(id_of(id));
        return "";
    };
    EXPECT_EQ(label("job", parent.id), "parent (default, stopped)");
    EXPECT_EQ(label("artifact", artifact), "out/report.html");
}

}  // namespace
}  // namespace stele::jobs
