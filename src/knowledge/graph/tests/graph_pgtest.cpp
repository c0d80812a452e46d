#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "knowledge/graph/store.hpp"
#include "knowledge/graph/tests/fixture.hpp"

namespace stele::graph {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr const char* kTenant = "00000000-0000-4000-8000-000000000001";

TEST(Link, IsFoundFromBothEnds) {
    World world;
    EXPECT_EQ(world.link("finding:f1", "found_in", "file:src/a.cpp").message, "Linked");
    EXPECT_EQ(world.link("finding:f1", "found_in", "file:src/a.cpp").message, "Linked already");
    const TraceOutput up = world.trace("finding:f1");
    EXPECT_THAT(names(up), ElementsAre("f1", "src/a.cpp"));
    EXPECT_EQ(up.nodes[1].kind, "file");
    EXPECT_THAT(up.edges, SizeIs(1));
    EXPECT_TRUE(up.edges[0].strict);
    EXPECT_EQ(up.edges[0].linked_by, "local");
    EXPECT_THAT(up.paths, ElementsAre(ElementsAre(up.nodes[0].id, up.nodes[1].id)));
    EXPECT_FALSE(up.truncated);
    EXPECT_THAT(names(world.trace("file:src/a.cpp", Direction::down)),
                ElementsAre("src/a.cpp", "f1"));
    EXPECT_THAT(names(world.trace("file:src/a.cpp")), ElementsAre("src/a.cpp"));
}

TEST(Link, RefusesACycleAndNamesItsPath) {
    World world;
    const auto a = world.link("decision:a", "depends_on", "decision:b").edge.from;
    const auto c = world.link("decision:b", "derived_from", "decision:c").edge.to;
    try {
        world.link("decision:c", "depends_on", "decision:a");
        FAIL() << "a cycle was let in";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::conflict);
        EXPECT_THAT(error.what(), HasSubstr(c + " > " + a + " > "));
        EXPECT_THAT(error.hint(), HasSubstr("loose type"));
    }
    EXPECT_EQ(code_of([&] { world.link("decision:a", "depends_on", "decision:a"); }),
              Code::invalid_argument);
    // Loose edges may run in circles, and strict ones the same way twice.
    world.link("decision:c", "related_to", "decision:a");
    world.link("decision:a", "references", "decision:c");
    world.link("decision:a", "depends_on", "decision:c");
    EXPECT_THAT(names(world.trace("decision:a", Direction::both, Mode::all)),
                UnorderedElementsAre("a", "b", "c"));
}

TEST(Link, SaysWhatIsWrong) {
    World world;
    EXPECT_EQ(code_of([&] { world.link("decision:a", "begat", "decision:b"); }),
              Code::invalid_argument);
    EXPECT_EQ(code_of([&] { world.link("sandwich:a", "mentions", "decision:b"); }),
              Code::invalid_argument);
    EXPECT_EQ(code_of([&] { world.link("nonsense", "mentions", "decision:b"); }),
              Code::invalid_argument);
    EXPECT_EQ(code_of([&] { world.link(Uuid::v7().text(), "mentions", "decision:b"); }),
              Code::not_found);
    EXPECT_EQ(code_of([&] { world.trace("job:unheard-of"); }), Code::not_found);
    runtime::Context context = world.context();
    LinkInput in{"decision:a", "decision:b", "mentions", true, 1, {}};
    EXPECT_EQ(code_of([&] { link(context, world.domains, in); }), Code::invalid_argument);
    in.strict = false;
    json::object large{{"text", std::string(5000, 'x')}};
    const json::value asked{
        {"from", "decision:a"}, {"to", "decision:b"}, {"type", "mentions"}, {"evidence", large}};
    EXPECT_EQ(code_of([&] { reflect::read<LinkInput>(asked); }), Code::invalid_argument);
    in.evidence = json::object{{"password", "hunter2hunter2"}, {"note", "seen"}};
    link(context, world.domains, in);
    EXPECT_EQ(testing::query(world.database.url(), "SELECT evidence FROM graph_edges"),
              R"({"note": "seen", "password": "hunter2hunter2"})");
}

TEST(Unlink, TakesTheLinkAndItsNames) {
    World world;
    world.link("finding:f", "remediated_by", "commit:abc");
    world.link("finding:f", "mentions", "url:https://e.org");
    runtime::Context context = world.context();
    const auto out = unlink(context, world.domains, {"finding:f", "commit:abc", "remediated_by"});
    EXPECT_TRUE(out.unlinked);
    EXPECT_FALSE(
        unlink(context, world.domains, {"finding:f", "commit:abc", "remediated_by"}).unlinked);
    EXPECT_EQ(code_of([&] { world.trace("commit:abc"); }), Code::not_found);
    EXPECT_THAT(names(world.trace("finding:f", Direction::up, Mode::all)),
                ElementsAre("f", "https://e.org"));
}

// A chain n0 → n1 → … in one statement, with the ids that names would have.
void chain(World& world, int length) {
    world.sql(fmt::format(
        "SELECT stele_graph_write('{0}', '{0}', NULL, 'test', NULL, "
        "array_agg(stele_graph_id("
        "'decision', 'n' || i)), array_agg('decision'::text), array_agg('n' || i), array_agg("
        "'depends_on'::text), array_agg(stele_graph_id('decision', 'n' || i + 1)), "
        "array_agg("
        "'decision'::text), array_agg('n' || i + 1), NULL, NULL) FROM generate_series(0, {1} - 1) "
        "i",
        kTenant, length));
}

TEST(Trace, EndsAtItsDepthAndSaysSo) {
    World world;
    chain(world, 12);
    const TraceOutput four = world.trace("decision:n0");
    EXPECT_THAT(names(four), ElementsAre("n0", "n1", "n2", "n3", "n4"));
    EXPECT_TRUE(four.truncated);
    EXPECT_FALSE(four.cursor);
    EXPECT_EQ(four.nodes[4].depth, 4);
    EXPECT_THAT(four.paths, ElementsAre(SizeIs(5)));
    EXPECT_FALSE(world.trace("decision:n8").truncated);
}

// Edges from one node to many, or from many to one.
void fan(World& world, int count, bool out) {
    world.sql(fmt::format(
        "INSERT INTO graph_nodes SELECT '{0}', '{0}', stele_graph_id('job', 'hub'), 'job', "
        "'hub'; INSERT INTO graph_edges (org_id, project_id, src, type, dst, strict, src_kind, "
        "dst_kind, linked_by) SELECT '{0}', '{0}', {2}, 'derived_from', {3}, true, 'job', "
        "'memory', "
        "'test' FROM (SELECT stele_graph_id('job', 'hub') AS hub, gen_random_uuid() AS leaf "
        "FROM generate_series(1, {1})) AS e; ANALYZE graph_edges",
        kTenant, count, out ? "hub" : "leaf", out ? "leaf" : "hub"));
}

TEST(Trace, AHubIsBoundedAndItsPagesShowEachNodeOnce) {
    World world;
    fan(world, 100'000, false);
    runtime::Context context = world.context();
    TraceInput in;
    in.node_id = "job:hub";
    in.direction = Direction::down;
    in.limit = 400;
    std::set<std::string> seen;
    int pages = 0;
    do {
        const TraceOutput page = trace(context, world.domains, in);
        EXPECT_TRUE(page.truncated);
        EXPECT_LE(page.nodes.size(), 401u);
        EXPECT_LE(page.edges.size(), 401u);
        for (const Node& node : page.nodes)
            if (node.depth > 0) {
                EXPECT_TRUE(seen.insert(node.id).second) << node.id;
            }
        in.cursor = page.cursor;
        ++pages;
    } while (in.cursor && pages < 30);
    EXPECT_EQ(seen.size(), std::size_t(limits::kWalkNodes) - 1);
    EXPECT_EQ(pages, 13);
    in.cursor = "nonsense";
    EXPECT_EQ(code_of([&] { trace(context, world.domains, in); }), Code::invalid_argument);
    // Of a step over the hub no more is read than was asked for.
    const auto steps =
        step(context, {*Uuid::parse(world.trace("job:hub").root)}, {{}, {"derived_from"}}, 51, 400);
    EXPECT_EQ(steps.size(), 51u);
}

TEST(Trace, ThroughAHubAsTheOrigin) {
    World world;
    fan(world, 2'000, true);
    const TraceOutput up = world.trace("job:hub");
    EXPECT_TRUE(up.truncated);
    EXPECT_EQ(up.nodes.size(), 50u);
    EXPECT_TRUE(up.cursor);
}

TEST(Path, IsTheShortestAndShowsWhichWay) {
    World world;
    chain(world, 6);
    world.link("decision:n5", "mentions", "decision:n1");
    runtime::Context context = world.context();
    PathInput in;
    in.from = "decision:n0";
    in.to = "decision:n6";
    const TraceOutput out = path(context, world.domains, in);
    EXPECT_THAT(names(out), ElementsAre("n0", "n1", "n5", "n6"));
    EXPECT_THAT(out.summary, HasSubstr("\"n1\" <-mentions- decision \"n5\" -depends_on-> "));
    in.mode = Mode::strict;
    EXPECT_THAT(path(context, world.domains, in).nodes, SizeIs(7));
    in.max_depth = 5;
    const TraceOutput none = path(context, world.domains, in);
    EXPECT_THAT(none.paths, IsEmpty());
    EXPECT_THAT(none.summary, HasSubstr("no way leads"));
    TraceInput to;
    to.node_id = "decision:n6";
    to.to = "decision:n4";
    EXPECT_THAT(trace(context, world.domains, to).paths, IsEmpty());  // up leads nowhere
    to.direction = Direction::down;
    EXPECT_THAT(names(trace(context, world.domains, to)), ElementsAre("n6", "n5", "n4"));
}

TEST(Explain, NamesProducerRemediationAndProof) {
    World world;
    world.link("finding:sqli", "found_in", "artifact:report.json");
    world.link("job:scan-1", "produced_artifact", "artifact:report.json");
    world.link("finding:sqli", "remediated_by", "commit:fix1");
    world.link("commit:fix1", "verified_by", "job:scan-2");
    world.link("finding:worse", "supersedes", "finding:sqli");
    runtime::Context context = world.context();
    const ExplainOutput out = explain(context, world.domains, {"finding:sqli"});
    const auto refs = [](const std::vector<Node>& nodes) {
        std::vector<std::string> found;
        for (const Node& node : nodes) found.push_back(node.kind + ":" + node.ref_id);
        return found;
    };
    EXPECT_THAT(refs(out.produced_by), ElementsAre("artifact:report.json", "job:scan-1"));
    EXPECT_THAT(refs(out.remediated_by), ElementsAre("commit:fix1"));
    EXPECT_THAT(refs(out.verified_by), ElementsAre("job:scan-2"));
    EXPECT_THAT(refs(out.superseded_by), ElementsAre("finding:worse"));
    EXPECT_THAT(out.summary, HasSubstr("verified by job \"scan-2\""));
    EXPECT_EQ(code_of([&] { explain(context, world.domains, {"finding:none"}); }), Code::not_found);
}

TEST(Related, RanksTheNearFirstAndSaysOverWhat) {
    World world;
    world.link("skill:deploy", "mentions", "file:Makefile");
    world.link("file:Makefile", "part_of", "project:stele");
    runtime::Context context = world.context();
    RelatedInput in;
    in.node_id = "skill:deploy";
    const RelatedOutput out = related(context, world.domains, in);
    ASSERT_THAT(out.results, SizeIs(2));
    EXPECT_EQ(out.results[0].label, "Makefile");
    EXPECT_EQ(out.results[0].score, 0.5);
    EXPECT_THAT(out.results[1].via, ElementsAre("mentions", "part_of"));
    EXPECT_EQ(out.results[1].distance, 2);
    in.query = "both";
    EXPECT_EQ(code_of([&] { related(context, world.domains, in); }), Code::invalid_argument);
}

TEST(Labels, AreOneShortLineWithoutSecrets) {
    World world;
    const Uuid id = Uuid::v7();
    world.domains.kinds.push_back({"skill", [&](runtime::Context&, const std::vector<Uuid>& ids) {
                                       Labels out;
                                       for (const Uuid& wanted : ids)
                                           if (wanted == id)
                                               out[id] = "use password=hunter2hunter2\nthen " +
                                                         std::string(500, 'x');
                                       return out;
                                   }});
    world.link(id.text(), "mentions", "file:a");  // known, for its domain knows it
    const Node node = world.trace(id.text(), Direction::up, Mode::all).nodes[0];
    EXPECT_EQ(node.kind, "skill");
    EXPECT_THAT(node.label, Not(HasSubstr("hunter2")));
    EXPECT_THAT(node.label, Not(HasSubstr("\n")));
    EXPECT_LE(node.label.size(), limits::kLabelBytes + 3);
}

TEST(Tenants, SeeNothingOfEachOther) {
    World world;
    world.link("job:a", "produced", "artifact:b");
    runtime::Context stranger = world.stranger();
    TraceInput in;
    in.node_id = "job:a";
    EXPECT_EQ(code_of([&] { trace(stranger, world.domains, in); }), Code::not_found);
    in.node_id = world.trace("job:a").root;
    EXPECT_EQ(code_of([&] { trace(stranger, world.domains, in); }), Code::not_found);
    EXPECT_FALSE(unlink(stranger, world.domains, {"job:a", "artifact:b", "produced"}).unlinked);
    // The same names, and the other way round: no cycle, for it is another graph.
    world.link("job:a", "depends_on", "job:b");
    EXPECT_TRUE(link(stranger, world.domains, {"job:b", "job:a", "depends_on", {}, 1, {}}).linked);
    auto plain = testing::connect(world.database.app_url());
    for (const char* table : {"graph_nodes", "graph_edges", "graph_ranks", "graph_rebuild_state"})
        EXPECT_EQ(testing::query(*plain, fmt::format("SELECT count(*) FROM {}", table)), "0");
}

TEST(Write, TheDatabaseItselfRefusesAWrongEdge) {
    World world;
    const auto insert = [&](const char* type, const char* strict) {
        world.sql(
            fmt::format("INSERT INTO graph_edges (org_id, project_id, src, type, dst, strict, "
                        "src_kind, dst_kind, linked_by) VALUES ('{0}', '{0}', "
                        "gen_random_uuid(), '{1}', gen_random_uuid(), {2}, 'job', 'job', 'x')",
                        kTenant, type, strict));
    };
    EXPECT_THROW(insert("depends_on", "false"), Error);
    EXPECT_THROW(insert("mentions", "true"), Error);
    insert("mentions", "false");
}

}  // namespace
}  // namespace stele::graph
