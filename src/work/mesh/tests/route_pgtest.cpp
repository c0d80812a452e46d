// Who would get a job: who is left out, how the factors come together, what is written.
#include "work/mesh/routing/route.hpp"

#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include "support/boat_model.hpp"
#include "work/analytics/store.hpp"
#include "work/mesh/sql.hpp"
#include "work/mesh/tests/fixture.hpp"

namespace stele::mesh {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

TEST(Route, ExplainsEveryFactor) {
    World world;
    runtime::Context here = world.context();
    RegisterInput expert = instance("expert", "data");
    expert.models = {"a/big"};
    register_instance(here, expert);
    register_instance(here, instance("other", "design"));
    heartbeat(here, beat_of("expert", 1));
    RouteInput in = question("a dashboard", "data");
    in.model = "a/small";
    const RouteOutput out = route(here, in);
    ASSERT_THAT(names_of(out), ElementsAre("expert", "other"));
    EXPECT_EQ(out.selected_instance->name, "expert");
    EXPECT_EQ(out.scores[0].breakdown.expertise, 1.0);
    EXPECT_EQ(out.scores[0].breakdown.reliability, 0.5);
    EXPECT_EQ(out.scores[0].breakdown.load, 0.7);
    EXPECT_EQ(out.scores[0].breakdown.model, 0.6);
    EXPECT_NEAR(out.scores[0].score, 0.4 + 0.15 + 0.14 + 0.06, 1e-9);
    EXPECT_EQ(out.scores[0].reason, "expertise match (data)");
    EXPECT_NEAR(out.scores[1].score, 0.08 + 0.15 + 0.2 + 0.02, 1e-9);
    // A dry run writes nothing.
    EXPECT_FALSE(out.explanation_id);
    EXPECT_EQ(world.ask("SELECT count(*)::text FROM routing_explanations"), "0");
    in.explain = true;
    const std::string id = route(here, in).explanation_id.value_or("");
    EXPECT_EQ(world.ask("SELECT id::text FROM routing_explanations"), id);
    EXPECT_EQ(world.ask("SELECT candidates -> 0 -> 'breakdown' ->> 'model' FROM "
                        "routing_explanations"),
              "0.6");
    EXPECT_EQ(world.ask("SELECT selected FROM routing_explanations"), "expert");
}

TEST(Route, WhatWasSaidAboutTheirWorkCounts) {
    World world;
    runtime::Context here = world.context();
    register_instance(here, instance("good"));
    register_instance(here, instance("bad"));
    for (int i = 0; i < 12; ++i) {
        analytics::AnnotateInput verdict;
        verdict.job_id = "elsewhere-" + std::to_string(i);
        verdict.verdict = i % 2 == 0 ? analytics::Verdict::pass : analytics::Verdict::fail;
        verdict.agent = i % 2 == 0 ? "good" : "bad";
        analytics::annotate(here, verdict);
    }
    const RouteOutput out = route(here, question("a dashboard"));
    ASSERT_THAT(names_of(out), ElementsAre("good", "bad"));
    EXPECT_NEAR(out.scores[0].breakdown.reliability, 1.0, 1e-9);
    EXPECT_NEAR(out.scores[1].breakdown.reliability, 0.0, 1e-9);
}

TEST(Route, LeavesOutWhoCannotHaveIt) {
    World world;
    runtime::Context here = world.context();
    world.settings.mesh.endpoint = "http://127.0.0.1:8";
    for (const char* name : {"tester", "had it", "late", "lost", "left", "fine"})
        register_instance(here, instance(name));
    register_instance(here, instance("same place", "", "http://127.0.0.1:8"));
    register_instance(here, instance("no place", "", ""));
    world.silent("late", 91);
    world.silent("lost", 601);
    leave(here, {"left"});
    RouteInput in = question("x");
    in.path = {"had it"};
    in.depth = 1;
    const RouteOutput out = route(here, in);
    EXPECT_THAT(names_of(out), ElementsAre("fine"));
    EXPECT_EQ(why_skipped(out, "tester"), "self");
    EXPECT_EQ(why_skipped(out, "same place"), "self");
    EXPECT_EQ(why_skipped(out, "had it"), "on the path");
    EXPECT_EQ(why_skipped(out, "late"), "unhealthy");
    EXPECT_EQ(why_skipped(out, "lost"), "offline");
    EXPECT_EQ(why_skipped(out, "left"), "offline");
    EXPECT_EQ(why_skipped(out, "no place"), "no endpoint");
    heartbeat(here, beat_of("late"));
    EXPECT_THAT(names_of(route(here, in)), UnorderedElementsAre("fine", "late"));
    in.depth = 2;
    const RouteOutput deep = route(here, in);
    EXPECT_THAT(deep.scores, IsEmpty());
    EXPECT_FALSE(deep.selected_instance);
    EXPECT_THAT(deep.reason, HasSubstr("handed on 2 times"));
}

TEST(Route, TheServerThatAnswersIsSelfToo) {
    World world;
    world.settings.agent.instance = "server";
    runtime::Context here = world.context();  // an agent of its own name calls it
    register_instance(here, instance("server"));
    const RouteOutput out = route(here, question("x"));
    EXPECT_EQ(why_skipped(out, "server"), "self");
    EXPECT_THAT(out.reason, HasSubstr("no other instance"));
}

TEST(Route, RolesNarrowTheChoiceWhenThereIsOne) {
    World world;
    runtime::Context here = world.context();
    register_instance(here, instance("a", "data"));
    register_instance(here, instance("b", "design"));
    EXPECT_THAT(route(here, question("x", "data")).scores, SizeIs(2));  // two are no choice
    register_instance(here, instance("c", "design"));
    const RouteOutput out = route(here, question("x", "data"));
    EXPECT_THAT(names_of(out), ElementsAre("a"));
    EXPECT_EQ(why_skipped(out, "b"), "another role");
    EXPECT_THAT(route(here, question("x", "legal")).scores, SizeIs(3));
    EXPECT_THAT(route(here, question("x", "general")).scores, SizeIs(3));
}

TEST(Route, ComparesMeaningsOfOneModel) {
    World world;
    testing::BoatModel model;
    world.embedder = &model;
    runtime::Context here = world.context();
    RegisterInput sailor = instance("sailor"), cook = instance("cook"), other = instance("other");
    sailor.expertise = "boats";
    cook.expertise = "soups";
    other.expertise = "boats";
    register_instance(here, sailor);
    register_instance(here, cook);
    register_instance(here, other);
    // Its vector is another model's.
    world.tell(
        "INSERT INTO embedding_models (name, dimensions, weights_hash) VALUES ('x', 2, 'y');"
        "UPDATE mesh_instances SET expertise_model = (SELECT id FROM embedding_models "
        "WHERE name = 'x'), revision = revision + 1 WHERE name = 'other';"
        "UPDATE mesh_heartbeats b SET revision = i.revision FROM mesh_instances i "
        "WHERE i.id = b.id");
    const RouteOutput out = route(here, question("the vessel leaks"));
    ASSERT_THAT(names_of(out), ElementsAre("sailor", "other", "cook"));
    EXPECT_NEAR(out.scores[0].breakdown.expertise, 1.0, 1e-3);
    EXPECT_EQ(out.scores[1].breakdown.expertise, 0.5);
    EXPECT_LT(out.scores[2].breakdown.expertise, 0.25);
}

TEST(Route, NoticesWhatChanges) {
    World world;
    runtime::Context here = world.context();
    register_instance(here, instance("atlas", "data"));
    EXPECT_EQ(route(here, question("x", "data")).scores[0].breakdown.expertise, 1.0);
    register_instance(here, instance("atlas", "design"));
    EXPECT_EQ(route(here, question("x", "data")).scores[0].breakdown.expertise, 0.2);
    register_instance(here, instance("borea", "data"));
    EXPECT_THAT(names_of(route(here, question("x", "data"))), ElementsAre("borea", "atlas"));
    leave(here, {"borea"});
    forget(here, {"borea"});
    EXPECT_THAT(names_of(route(here, question("x", "data"))), ElementsAre("atlas"));
    // The other tenant has instances of its own, also in what is kept.
    runtime::Context there = world.stranger();
    EXPECT_THAT(route(there, question("x")).scores, IsEmpty());
    EXPECT_THAT(route(there, question("x")).reason, HasSubstr("no instance has registered"));
}

TEST(Route, ReadsItsWeights) {
    World world;
    runtime::Context here = world.context();
    register_instance(here, instance("busy", "data"));
    register_instance(here, instance("free", "design"));
    heartbeat(here, beat_of("busy", 3));
    EXPECT_EQ(route(here, question("x", "data")).selected_instance->name, "busy");
    world.settings.mesh.routing_weights = {0, 0, 10, 0};
    const RouteOutput out = route(here, question("x", "data"));
    EXPECT_EQ(out.selected_instance->name, "free");
    EXPECT_EQ(out.weights.at("load"), json::value(1.0));
    world.settings.mesh.routing_weights = {0, 0, 0, 0};
    EXPECT_EQ(code_of([&] { route(here, question("x")); }), Code::configuration);
}

TEST(Route, OutcomesCountForOrAgainst) {
    World world;
    runtime::Context here = world.context();
    const std::string id = register_instance(here, instance("atlas")).id;
    const auto outcome = [&](bool well) {
        here.db.once(call_of(here), sql::add_outcome, here.caller.org, here.caller.project,
                     *Uuid::parse(id), well, kOutcomeHalfLife);
    };
    const auto reliability = [&] {
        return route(here, question("x")).scores[0].breakdown.reliability;
    };
    outcome(false);
    EXPECT_NEAR(reliability(), 1.5 / 4, 1e-3);
    outcome(true);
    EXPECT_NEAR(reliability(), 2.5 / 5, 1e-3);
    // A week later both weigh half: (1.5 + .5) / (3 + 1).
    world.tell("UPDATE mesh_heartbeats SET outcome_at = outcome_at - interval '7 days'");
    EXPECT_NEAR(reliability(), 2.0 / 4, 1e-3);
    // And a new one weighs more than an old one: (1.5 + .5 + 1) / (3 + 1 + 1).
    outcome(true);
    EXPECT_NEAR(reliability(), 3.0 / 5, 1e-3);
}

TEST(Route, ShowsAsManyAsAskedAndKeepsTheBest) {
    World world;
    runtime::Context here = world.context();
    for (int i = 0; i < 70; ++i) register_instance(here, instance("i" + std::to_string(i)));
    RouteInput in = question("x");
    in.limit = 3;
    in.explain = true;
    const RouteOutput out = route(here, in);
    EXPECT_THAT(out.scores, SizeIs(3));
    EXPECT_EQ(out.candidates, 70);
    EXPECT_EQ(world.ask("SELECT jsonb_array_length(candidates)::text FROM routing_explanations"),
              std::to_string(limits::kExplained));
}

}  // namespace
}  // namespace stele::mesh
