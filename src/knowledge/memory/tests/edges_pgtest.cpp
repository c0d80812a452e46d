// What memories tell the graph, as it grows and as it is rebuilt.
#include <fmt/format.h>
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "foundation/base/log.hpp"
#include "knowledge/graph/answers.hpp"
#include "knowledge/memory/edges.hpp"
#include "knowledge/memory/search.hpp"
#include "knowledge/memory/tests/fixture.hpp"
#include "knowledge/memory/transfer.hpp"

namespace stele::memory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

graph::Domains domains() {
    return {.sources = {&edge_source()}, .kinds = {graph_kind()}, .find = best_for};
}

graph::TraceOutput trace(runtime::Context& context, const std::string& node,
                         graph::Direction direction = graph::Direction::up) {
    graph::TraceInput in;
    in.node_id = node;
    in.direction = direction;
    in.limit = 200;
    return graph::trace(context, domains(), in);
}

std::vector<std::string> edges(const graph::TraceOutput& trace) {
    std::map<std::string, std::string> names;
    for (const graph::Node& node : trace.nodes)
        names[node.id] = node.label.empty() ? node.ref_id : node.label;
    std::vector<std::string> out;
    for (const graph::Edge& edge : trace.edges)
        out.push_back(fmt::format("{} {} {}", names[edge.from], edge.type, names[edge.to]));
    return out;
}

StoreInput sourced(const std::string& text) {
    StoreInput in = note(text);
    in.job_id = "nightly-7";
    in.commit = "4f2a9c1";
    return in;
}

void expect_sound(runtime::Context& context) {
    const graph::CheckOutput found = graph::check(context, domains());
    EXPECT_TRUE(found.ok) << found.missing << " missing, " << found.unsupported << " unsupported, "
                          << found.out_of_order << " out of order, " << found.nameless
                          << " nameless";
}

TEST(Edges, TellWhereAMemoryCameFrom) {
    World world;
    runtime::Context context = world.context();
    const Uuid message = Uuid::v7();
    StoreInput in = sourced("the port is 6543");
    in.file = "README.md";
    in.source_uri = "https://e.org/x";
    in.message_id = message.text();
    const std::string id = store(context, in).id;
    EXPECT_THAT(edges(trace(context, id)),
                UnorderedElementsAre("the port is 6543 derived_from 4f2a9c1",
                                     "the port is 6543 derived_from nightly-7",
                                     "the port is 6543 derived_from " + message.text(),
                                     "the port is 6543 found_in README.md",
                                     "the port is 6543 found_in https://e.org/x"));
    store(context, note("no origin"));
    EXPECT_THAT(edges(trace(context, "job:nightly-7", graph::Direction::down)),
                ElementsAre("the port is 6543 derived_from nightly-7"));
    StoreInput again = in;  // a duplicate adds nothing, whatever it says of itself
    again.job_id = "nightly-8";
    EXPECT_EQ(store(context, again).duplicate, true);
    EXPECT_EQ(code_of([&] { trace(context, "job:nightly-8"); }), Code::not_found);
    expect_sound(context);
}

TEST(Edges, FollowSupersedeAndTheReturnOfAText) {
    World world;
    runtime::Context context = world.context();
    const std::string old_id = store(context, sourced("port 1")).id;
    SupersedeInput next;
    next.supersedes = old_id;
    next.content = "port 2";
    next.category = "lesson";
    const std::string new_id = supersede(context, next).id;
    EXPECT_THAT(edges(trace(context, new_id)), testing::Contains("port 2 supersedes port 1"));
    StoreInput brief = note("build is red");
    brief.valid_until = parse_timestamp("2021-01-01");
    store(context, brief);
    const std::string fresh = store(context, note("build is red")).id;
    EXPECT_THAT(edges(trace(context, fresh)), ElementsAre("build is red supersedes build is red"));
    expect_sound(context);
}

TEST(Edges, AreForgottenWithTheMemoryAndItsNames) {
    World world;
    runtime::Context context = world.context();
    const std::string gone = store(context, sourced("secret plan")).id;
    StoreInput other = note("stays");
    other.job_id = "nightly-7";
    const std::string kept = store(context, other).id;
    graph::link(context, domains(), {gone, kept, "related_to", {}, 1, {}});
    ForgetInput in;
    in.id = gone;
    forget(context, in);
    EXPECT_EQ(code_of([&] { trace(context, gone); }), Code::not_found);
    EXPECT_EQ(code_of([&] { trace(context, "commit:4f2a9c1"); }), Code::not_found);
    EXPECT_THAT(edges(trace(context, kept)), ElementsAre("stays derived_from nightly-7"));
    EXPECT_EQ(testing::query(world.database.url(), "SELECT string_agg(key, ' ') FROM graph_nodes"),
              "nightly-7");
    expect_sound(context);
}

TEST(Edges, ABatchWritesThemToo) {
    World world;
    runtime::Context context = world.context();
    StoreBatchInput batch;
    for (int i = 0; i < 600; ++i) batch.memories.push_back(sourced(fmt::format("commit {}", i)));
    EXPECT_EQ(store_batch(context, batch).stored, 600);
    EXPECT_EQ(testing::query(world.database.url(), "SELECT count(*) FROM graph_edges"), "1200");
    expect_sound(context);
}

TEST(Edges, AnImportInAnyOrderHasThemAll) {
    World source, target;
    runtime::Context from = source.context(), to = target.context();
    std::string last = store(from, sourced("port 0")).id;
    for (int i = 1; i < 5; ++i) {
        SupersedeInput next;
        next.supersedes = last;
        next.content = fmt::format("port {}", i);
        next.category = "lesson";
        last = supersede(from, next).id;
    }
    ExportInput all;
    all.as_of = parse_timestamp("2099-01-01");
    std::string lines;
    for (const pg::Row row :
         source.database.connect()->script("SELECT id FROM memories ORDER BY id", from.deadline)) {
        const std::string id(row.raw(0));
        lines += serialize(reflect::write(*find(from, id))) + "\n";
    }
    ImportInput in;
    in.format = ImportFormat::jsonl;
    in.data = lines;
    EXPECT_EQ(import_memories(to, in).stored, 5);
    expect_sound(to);
    EXPECT_EQ(graph::check(to, domains()).checksum, graph::check(from, domains()).checksum);
}

TEST(Related, BeginsAtTheBestMemoriesForAQuestion) {
    World world;
    runtime::Context context = world.context();
    store(context, sourced("the staging database listens on port 6543"));
    graph::RelatedInput in;
    in.query = "staging database port";
    const auto out = graph::related(context, domains(), in);
    std::vector<std::string> labels;
    for (const auto& node : out.results) labels.push_back(node.label);
    EXPECT_THAT(labels, UnorderedElementsAre("nightly-7", "4f2a9c1"));
}

// Stores, supersedes, links and forgets at random.
void live(runtime::Context& context, unsigned seed, int steps) {
    std::mt19937 random{seed};
    std::vector<std::string> ids;
    const auto any = [&] { return ids[random() % ids.size()]; };
    for (int i = 0; i < steps; ++i) {
        const unsigned what = random() % 10;
        StoreInput in = note(fmt::format("text {} {}", seed, i));
        if (random() % 2) in.job_id = fmt::format("job-{}", random() % 5);
        if (random() % 3 == 0) in.commit = fmt::format("c{}", random() % 7);
        if (random() % 4 == 0) in.message_id = random() % 2 ? Uuid::v7().text() : "m-1";
        if (what < 6 || ids.size() < 3) {
            ids.push_back(store(context, in).id);
        } else if (what < 8) {
            SupersedeInput next;
            static_cast<StoreInput&>(next) = in;
            next.supersedes = any();
            try {
                ids.push_back(supersede(context, next).id);
            } catch (const Error& error) {
                EXPECT_EQ(error.code(), Code::conflict);  // superseded already
            }
        } else if (what == 8) {
            const std::string from = any(), to = any();
            if (from != to) graph::link(context, domains(), {from, to, "related_to", {}, 1, {}});
        } else {
            const std::size_t at = random() % ids.size();
            ForgetInput out;
            out.id = ids[at];
            forget(context, out);
            ids.erase(ids.begin() + std::ptrdiff_t(at));
        }
    }
}

TEST(Rebuild, EqualsTheGraphThatGrew) {
    for (const unsigned seed : {1u, 2u, 3u}) {
        World world;
        runtime::Context context = world.context();
        live(context, seed, 250);
        const auto links = [&] {
            return testing::query(world.database.url(),
                                  "SELECT count(*) FROM graph_edges WHERE linked_by IS NOT NULL");
        };
        const graph::CheckOutput grown = graph::check(context, domains());
        EXPECT_TRUE(grown.ok);
        EXPECT_GT(grown.vouched, 50);
        const std::string linked = links();
        EXPECT_EQ(std::to_string(grown.linked), linked);
        EXPECT_EQ(grown.edges, grown.vouched + grown.linked);
        const graph::RebuildOutput same = graph::rebuild(context, domains(), {});
        EXPECT_EQ(same.added, 0);
        EXPECT_EQ(same.removed, 0);
        EXPECT_EQ(same.checksum, grown.checksum);
        // From nothing, and from what is wrong.
        auto admin = world.database.connect();
        admin->script(
            "DELETE FROM graph_edges WHERE linked_by IS NULL; DELETE FROM graph_ranks; "
            "DELETE FROM graph_nodes",
            context.deadline);
        EXPECT_EQ(graph::check(context, domains()).missing, grown.vouched);
        const graph::RebuildOutput anew = graph::rebuild(context, domains(), {});
        EXPECT_EQ(anew.added, grown.vouched);
        EXPECT_EQ(anew.checksum, grown.checksum);
        admin->script("UPDATE graph_edges SET type = 'depends_on' WHERE dst_kind = 'commit'",
                      context.deadline);
        EXPECT_FALSE(graph::check(context, domains()).ok);
        EXPECT_EQ(graph::rebuild(context, domains(), {}).checksum, grown.checksum);
        expect_sound(context);
        EXPECT_EQ(links(), linked);
    }
}

TEST(Check, LooksAtLinkedEdgesToo) {
    World world;
    runtime::Context context = world.context();
    graph::link(context, domains(), {"decision:a", "decision:b", "related_to", {}, 1, {}});
    graph::link(context, domains(), {"decision:b", "decision:c", "derived_from", {}, 1, {}});
    const graph::CheckOutput whole = graph::check(context, domains());
    EXPECT_TRUE(whole.ok);
    EXPECT_EQ(whole.edges, 2);
    EXPECT_EQ(whole.linked, 2);
    EXPECT_EQ(whole.vouched, 0);
    world.database.connect()->script("DELETE FROM graph_nodes WHERE key = 'a'", context.deadline);
    const graph::CheckOutput lost = graph::check(context, domains());
    EXPECT_FALSE(lost.ok);
    EXPECT_EQ(lost.nameless, 1);
}

// Kills the rebuild of another process after some pages, again and again.
TEST(Rebuild, GoesOnAfterKillNine) {
    World world;
    runtime::Context context = world.context();
    StoreBatchInput batch;
    for (int i = 0; i < 9'500; ++i) {
        batch.memories.push_back(sourced(fmt::format("memory {}", i)));
        if (batch.memories.size() < 1000 && i + 1 < 9'500) continue;
        store_batch(context, batch);
        batch.memories.clear();
    }
    const graph::CheckOutput grown = graph::check(context, domains());
    EXPECT_EQ(grown.edges, 19'000);
    auto admin = world.database.connect();
    admin->script("DELETE FROM graph_edges WHERE src::text < '8'; DELETE FROM graph_nodes",
                  context.deadline);
    const auto progress = [&] {
        return std::stoi(
            testing::query(*admin,
                           "SELECT coalesce(sum(row_count) + sum(length(last_key)), 0) FROM "
                           "graph_rebuild_state"));
    };
    std::string run;
    int kills = 0;
    for (int seen = 0; kills < 6; ++kills) {
        const pid_t child = ::fork();
        if (child == 0) {
            log::set_level(log::Level::off);
            const auto db = world.database.open();
            runtime::Settings settings;
            runtime::Context own{
                context.caller, settings, *db, nullptr, deadline_in(std::chrono::seconds(60)), {},
                "killed",       false,    {}};
            own.progress = [](const runtime::Progress&) {
                std::this_thread::sleep_for(std::chrono::milliseconds(30));
            };
            graph::rebuild(own, domains(), {});
            ::_exit(0);
        }
        while (progress() == seen) std::this_thread::sleep_for(std::chrono::milliseconds(2));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status));
        EXPECT_GT(progress(), seen);  // what was done stays done
        seen = progress();
        const std::string id =
            testing::query(*admin, "SELECT DISTINCT run_id FROM graph_rebuild_state");
        EXPECT_TRUE(run.empty() || id == run);
        run = id;
    }
    const graph::RebuildOutput done = graph::rebuild(context, domains(), {});
    EXPECT_TRUE(done.resumed);
    EXPECT_EQ(done.run_id, run);
    EXPECT_EQ(done.rows, 9'500);  // each page counted once
    EXPECT_EQ(done.checksum, grown.checksum);
    EXPECT_EQ(progress(), 0);
    expect_sound(context);
}

}  // namespace
}  // namespace stele::memory
