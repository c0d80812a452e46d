// Handing work to another server: real servers over HTTP, each with a database of its own, and what
// goes wrong between them.
#include "runtime/dispatcher.hpp"
#include "work/mesh/delegation/delegate.hpp"

#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include "runtime/notifier.hpp"
#include "support/broken_tenant.hpp"
#include "work/mesh/tests/fixture.hpp"

namespace stele::mesh {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

struct Bench : World {
    Server far{"far"};
    runtime::Context here = context();

    Bench() {
        settings.mesh.enabled = true;
        register_instance(here, instance("far", "", far.url()));
    }
    Delegation see(const DelegateOutput& out) {
        return delegation(here, {out.job_id.value()}).delegation;
    }
    std::vector<std::string> events(const DelegateOutput& out) {
        std::vector<std::string> types;
        for (const DelegationEvent& one : delegation(here, {out.job_id.value()}).events)
            types.push_back(one.type);
        return types;
    }
    std::string refusal(const DelegateInput& in) {
        const DelegateOutput out = delegate(here, in);
        EXPECT_FALSE(out.delegated);
        EXPECT_EQ(ask("SELECT count(*)::text FROM delegations"), "0");
        return out.message.value_or("");
    }
};

TEST(Delegation, IsDoneOverThereAndFollowedToItsEnd) {
    Bench bench;
    const DelegateOutput out = delegate(bench.here, task("count the boats"));
    EXPECT_TRUE(out.delegated);
    EXPECT_EQ(out.status, "submitted");
    EXPECT_EQ(out.target, "far");
    ASSERT_THAT(bench.far.jobs(), SizeIs(1));
    const jobs::Job there = bench.far.job(out.remote_job_id.value());
    EXPECT_EQ(there.name, "agent");
    EXPECT_EQ(there.input->at("prompt"), "count the boats");
    EXPECT_EQ(there.key, out.job_id);
    EXPECT_EQ(there.origin->at("channel"), "posse");
    EXPECT_EQ(there.origin->at("from"), "tester");
    EXPECT_EQ(there.metadata->at("mesh").at("depth"), 1);
    EXPECT_EQ(there.metadata->at("mesh").at("path"), (json::array{"tester"}));
    EXPECT_EQ(there.instance, "far");

    bench.track_all(bench.here);
    EXPECT_EQ(bench.see(out).status, DelegationStatus::submitted);
    EXPECT_EQ(bench.see(out).remote_status, "queued");
    EXPECT_TRUE(bench.see(out).is_tracker_active);
    bench.far.work(json::object{{"summary", "there are 12"}, {"filesChanged", {"boats.txt"}}});
    bench.track_all(bench.here);
    const Delegation done = bench.see(out);
    EXPECT_EQ(done.status, DelegationStatus::complete);
    EXPECT_FALSE(done.is_tracker_active);
    EXPECT_EQ(done.outcome->at("summary"), "there are 12");
    EXPECT_THAT(bench.events(out), ElementsAre("submitting", "submitted", "ended"));
    // Under the same id it is a job here.
    const jobs::Job job = *as_job(bench.here, *out.job_id);
    EXPECT_EQ(job.status, jobs::Status::complete);
    EXPECT_EQ(job.worker, "far");
    EXPECT_EQ(bench.ask("SELECT completed_jobs::text FROM mesh_heartbeats"), "1");
    // Nothing is looked at any more.
    EXPECT_EQ(track(bench.here, bench.peers), 0);
}

TEST(Delegation, LeavesAnAuditWithoutSecrets) {
    Bench bench;
    const std::string secret = "ghp_" + std::string(36, 'a');
    const DelegateOutput out = delegate(bench.here, task("use " + secret + " to log in"));
    EXPECT_THAT(out.redacted, testing::Optional(testing::ElementsAre("payload")));
    EXPECT_FALSE(delegate(bench.here, task("nothing to hide")).redacted);
    const DelegationGetOutput seen = delegation(bench.here, {out.job_id.value()});
    ASSERT_TRUE(seen.explanation);
    EXPECT_EQ(seen.explanation->at("id"), json::value(*out.explanation_id));
    EXPECT_EQ(seen.explanation->at("selected"), "far");
    EXPECT_EQ(seen.events[0].payload.at("explanationId"), json::value(*out.explanation_id));
    for (const char* table : {"delegations", "delegation_events", "routing_explanations"})
        EXPECT_THAT(bench.ask(std::string("SELECT string_agg(t::text, '') FROM ") + table + " t"),
                    Not(HasSubstr(secret)));
    // The prompt itself travels as it was given.
    EXPECT_THAT(serialize(*bench.far.job(*out.remote_job_id).input), HasSubstr(secret));
    // Nobody changes what happened.
    EXPECT_THROW(bench.here.db.untenanted(bench.here.deadline,
                                          pg::Statement{"x", "DELETE FROM delegation_events"}),
                 Error);
}

TEST(Delegation, RefusesWhatCannotBe) {
    Bench bench;
    const auto why = [&](const DelegateInput& in) { return delegate(bench.here, in).refusal; };
    EXPECT_THAT(bench.refusal(task("x", "tester")), HasSubstr("itself"));
    EXPECT_EQ(why(task("x", "nobody")), Refusal::unsuitable);
    EXPECT_THAT(bench.refusal(task("x", "nobody")), HasSubstr("there is far"));
    register_instance(bench.here, instance("deaf", "", ""));
    EXPECT_THAT(bench.refusal(task("x", "deaf")), HasSubstr("no endpoint"));
    bench.silent("far", 95);
    EXPECT_THAT(bench.refusal(task("x", "far")), HasSubstr("unhealthy"));
    EXPECT_EQ(why(task("x", "far")), Refusal::unwell);
    EXPECT_THAT(bench.refusal(task("x")), HasSubstr("no other instance"));
    heartbeat(bench.here, beat_of("far"));
    DelegateInput deep = task("x", "far");
    deep.depth = 2;
    EXPECT_THAT(bench.refusal(deep), HasSubstr("depth"));
    DelegateInput round = task("x", "far");
    round.path = {"far"};
    EXPECT_THAT(bench.refusal(round), HasSubstr("path"));
    bench.far.before = [](const http::Request& request) -> std::optional<http::Response> {
        if (request.head.path != "/health") return std::nullopt;
        return answer(503, R"({"status":"unavailable"})");
    };
    EXPECT_THAT(bench.refusal(task("x", "far")), HasSubstr("503"));
    EXPECT_EQ(why(task("x", "far")), Refusal::unwell);
    bench.far.server.reset();
    EXPECT_THAT(bench.refusal(task("x", "far")), HasSubstr("far does not answer well"));
    EXPECT_EQ(code_of([&] { delegate(bench.here, {}); }), Code::invalid_argument);
    bench.tell("DELETE FROM mesh_instances");
    EXPECT_THAT(bench.refusal(task("x")), HasSubstr("no instance has registered"));
    EXPECT_EQ(why(task("x")), Refusal::nobody);
}

TEST(Delegation, TriesTheNextWhenTheBestIsNotWell) {
    Bench bench;
    register_instance(bench.here, instance("best", "data", "http://127.0.0.1:2"));
    DelegateInput in = task("x");
    in.domain = "data";
    EXPECT_EQ(route(bench.here, question("x", "data")).selected_instance->name, "best");
    EXPECT_EQ(delegate(bench.here, in).target, "far");
}

TEST(Delegation, ARefusedJobFailsOrIsDoneHere) {
    Bench bench;
    bench.far.before = [](const http::Request& request) -> std::optional<http::Response> {
        if (request.head.path != "/job") return std::nullopt;
        return answer(401, R"({"detail":"a bearer token is needed"})");
    };
    const DelegateOutput out = delegate(bench.here, task("x"));
    EXPECT_FALSE(out.delegated);
    EXPECT_EQ(out.status, "failed");
    EXPECT_THAT(out.error.value_or(""), HasSubstr("bearer token"));
    DelegateInput in = task("do it");
    in.fallback = Fallback::local;
    in.key = "k";
    const DelegateOutput here = delegate(bench.here, in);
    EXPECT_FALSE(here.delegated);
    EXPECT_EQ(here.status, "local");
    const jobs::Job job = jobs::get(bench.here, {here.job_id.value()});
    EXPECT_EQ(job.input->at("prompt"), "do it");
    EXPECT_FALSE(job.metadata.has_value());
    EXPECT_EQ(bench.ask("SELECT local_job_id::text FROM delegations WHERE status = 'local'"),
              job.id);
    // Said again it is the same job.
    EXPECT_EQ(delegate(bench.here, in).job_id, job.id);
    EXPECT_THAT(jobs::list(bench.here, {}).jobs, SizeIs(1));
    // When nobody can be asked at all.
    bench.tell("UPDATE mesh_heartbeats SET gone = true");
    in.key = "l";
    EXPECT_EQ(delegate(bench.here, in).status, "local");
    EXPECT_EQ(delegate(bench.here, in).status, "local");
    EXPECT_THAT(jobs::list(bench.here, {}).jobs, SizeIs(2));
}

TEST(Delegation, WhatNobodyTakesHasFailed) {
    Bench bench;
    bench.far.before = [](const http::Request& request) -> std::optional<http::Response> {
        if (request.head.path != "/job") return std::nullopt;
        return answer(403, R"({"detail":"no"})");
    };
    jobs::drain(bench.here, {jobs::kDefaultQueue, false});
    DelegateInput in = task("x");
    in.fallback = Fallback::local;
    const DelegateOutput out = delegate(bench.here, in);
    EXPECT_EQ(out.status, "failed");
    EXPECT_THAT(out.error.value_or(""), HasSubstr("403: no"));
    EXPECT_THAT(out.error.value_or(""), HasSubstr("draining"));
    EXPECT_THAT(jobs::list(bench.here, {}).jobs, IsEmpty());
    EXPECT_EQ(track(bench.here, bench.peers), 0);
}

// Whether it died before or after the request left, the job is there once.
TEST(Delegation, AnAnswerThatIsLostIsAskedForAgain) {
    Bench bench;
    bench.far.after = [](const http::Request& request, http::Response& out) {
        if (request.head.path == "/job") out = answer(502, "some proxy");
    };
    DelegateInput in = task("once");
    in.fallback = Fallback::local;  // not while the target may have it
    const DelegateOutput out = delegate(bench.here, in);
    EXPECT_TRUE(out.delegated);
    EXPECT_EQ(out.status, "submitting");
    EXPECT_THAT(bench.far.jobs(), SizeIs(1));
    EXPECT_THAT(jobs::list(bench.here, {}).jobs, IsEmpty());
    bench.far.after = nullptr;
    bench.track_all(bench.here);
    EXPECT_EQ(bench.see(out).status, DelegationStatus::submitted);
    EXPECT_EQ(bench.far.posts, 2);
    EXPECT_THAT(bench.far.jobs(), SizeIs(1));
    EXPECT_THAT(bench.events(out), ElementsAre("submitting", "unanswered", "submitted"));
}

TEST(Delegation, OneThatWasNeverSentIsSentByTheTracker) {
    Bench bench;
    DelegateInput in = task("once");
    const DelegateOutput out = delegate(bench.here, in);
    // As if the process had died between the commit and the request.
    bench.far.world.tell("DELETE FROM job_queue; DELETE FROM jobs");
    bench.tell("UPDATE delegations SET status = 'submitting', remote_job_id = NULL");
    bench.track_all(bench.here);
    EXPECT_EQ(bench.see(out).status, DelegationStatus::submitted);
    EXPECT_THAT(bench.far.jobs(), SizeIs(1));
    // A refusal at that moment is done here, when that was asked for.
    bench.tell("UPDATE delegations SET status = 'submitting', fallback = true");
    bench.far.before = [](const http::Request&) { return std::optional(answer(404)); };
    bench.track_all(bench.here);
    EXPECT_EQ(delegations(bench.here, {}).jobs[0].status, DelegationStatus::local);
    EXPECT_THAT(jobs::list(bench.here, {}).jobs, SizeIs(1));
}

TEST(Delegation, TenFailuresInARowAreTheEnd) {
    Bench bench;
    const DelegateOutput out = delegate(bench.here, task("x"));
    int times = 9;
    bench.far.before = [&](const http::Request&) -> std::optional<http::Response> {
        if (times-- <= 0) return std::nullopt;
        return answer(500);
    };
    for (int i = 0; i < 9; ++i) bench.track_all(bench.here);
    EXPECT_EQ(bench.see(out).attempts, 9);
    // 3 s, doubled each time up to 30.
    EXPECT_EQ(bench.ask("SELECT round(extract(epoch FROM next_poll_at - now()))::text FROM "
                        "delegations"),
              "30");
    bench.track_all(bench.here);  // an answer in between begins anew
    EXPECT_EQ(bench.see(out).attempts, 0);
    times = 1;
    bench.track_all(bench.here);
    EXPECT_EQ(bench.ask("SELECT round(extract(epoch FROM next_poll_at - now()))::text FROM "
                        "delegations"),
              "6");
    times = 100;
    for (int i = 0; i < 10; ++i) bench.track_all(bench.here);
    const Delegation seen = bench.see(out);
    EXPECT_EQ(seen.status, DelegationStatus::failed);
    EXPECT_THAT(seen.error.value_or(""), HasSubstr("10 times in a row"));
    EXPECT_LT(route(bench.here, question("x")).scores[0].breakdown.reliability, 0.4);
}

TEST(Delegation, ManyTrackersLookOnce) {
    Bench bench;
    constexpr int kTasks = 60;
    for (int i = 0; i < kTasks; ++i) delegate(bench.here, task("x"));
    bench.far.work(json::object{{"summary", "done"}});
    std::atomic<int> polls = 0;
    bench.far.before = [&](const http::Request& request) -> std::optional<http::Response> {
        if (request.head.method == "GET") ++polls;
        return std::nullopt;
    };
    bench.tell("UPDATE delegations SET next_poll_at = now() - interval '1 s'");
    std::vector<std::jthread> trackers;
    for (int i = 0; i < 6; ++i)
        trackers.emplace_back([&] {
            runtime::Context mine = bench.context();
            Peers peers{bench.settings};
            while (track(mine, peers) > 0) {
            }
        });
    trackers.clear();
    EXPECT_EQ(polls, kTasks);
    EXPECT_EQ(bench.ask("SELECT count(*)::text FROM delegation_events WHERE type = 'ended'"), "10");
    EXPECT_EQ(bench.ask("SELECT count(*)::text FROM delegations WHERE status = 'submitted'"), "50");
}

TEST(Delegation, AKeyDelegatesOnce) {
    Bench bench;
    DelegateInput in = task("x");
    in.key = "the report";
    const DelegateOutput first = delegate(bench.here, in), second = delegate(bench.here, in);
    EXPECT_EQ(first.job_id, second.job_id);
    EXPECT_FALSE(first.duplicate);
    EXPECT_TRUE(second.duplicate);
    EXPECT_THAT(bench.far.jobs(), SizeIs(1));
    std::vector<std::jthread> callers;
    in.key = "at once";
    for (int i = 0; i < 6; ++i)
        callers.emplace_back([&] {
            runtime::Context mine = bench.context();
            EXPECT_TRUE(delegate(mine, in).delegated);
        });
    callers.clear();
    EXPECT_THAT(bench.far.jobs(), SizeIs(2));
    // Another tenant's key is another key.
    runtime::Context stranger = bench.stranger();
    EXPECT_THAT(delegate(stranger, in).message.value_or(""), HasSubstr("no instance"));
}

// The contract's weak spot: waiting for "completed" while jobs end as "complete".
TEST(Delegation, WaitsForTheEndWithoutAWorker) {
    Bench bench;
    runtime::Registry registry;
    register_operations(registry);
    const runtime::Operation& op = registry.get("delegate_task");
    runtime::Notifier notifier;
    std::jthread later([&] {
        runtime::Context mine = bench.context();
        mine.notifier = &notifier;
        while (bench.far.jobs().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        bench.far.work(json::object{{"summary", "12"}, {"filesChanged", {"a", "b"}}});
        bench.tell("UPDATE delegations SET next_poll_at = now()");
        track(mine, bench.peers);
    });
    runtime::Context mine = bench.context();
    mine.notifier = &notifier;
    const json::value out =
        runtime::Dispatcher().call(op, mine, {{"task", "count"}, {"waitSeconds", 30}});
    EXPECT_EQ(out.at("status"), "complete");
    EXPECT_EQ(out.at("summary"), "12");
    EXPECT_EQ(out.at("filesChanged"), (json::array{"a", "b"}));
    EXPECT_THAT(bench.far.jobs(), SizeIs(1));  // however often it was looked at
    runtime::Context again = bench.context();
    const json::value late =
        runtime::Dispatcher().call(op, again, {{"task", "count"}, {"waitSeconds", 1}});
    EXPECT_EQ(late.at("status"), "timeout");
    EXPECT_EQ(late.at("delegated"), true);
    EXPECT_THAT(bench.far.jobs(), SizeIs(2));
}

TEST(Delegation, AJobsPlaceInTheChainGoesOn) {
    Bench bench;
    jobs::RunInput run;
    run.prompt = "a part of something";
    run.depth = 1;
    run.path = {"origin"};
    const std::string id = jobs::run(bench.here, run).id;
    DelegateInput in = task("x");
    in.job_id = id;
    in.retention = tenancy::Retention::audit;
    const DelegateOutput out = delegate(bench.here, in);
    EXPECT_EQ(bench.ask("SELECT retention FROM delegations"), "audit");
    EXPECT_EQ(bench.see(out).depth, 2);
    EXPECT_THAT(bench.see(out).path, ElementsAre("origin", "tester"));
    EXPECT_EQ(bench.see(out).for_job_id, id);
}

TEST(Delegation, ATenantInWhichALookFailsKeepsNobodyWaiting) {
    Bench bench;
    runtime::Context stranger = bench.stranger();
    register_instance(stranger, instance("far", "", bench.far.url()));
    delegate(stranger, task("a"));
    const DelegateOutput ours = delegate(bench.here, task("b"));
    bench.far.work("done");
    bench.tell("UPDATE delegations SET next_poll_at = now();" +
               testing::refuse_updates("delegations", stranger.caller.org));
    background::Backoffs failing;
    EXPECT_EQ(track(bench.here, bench.peers, failing), 1);
    EXPECT_EQ(bench.see(ours).status, DelegationStatus::complete);
    EXPECT_THAT(failing.resting().orgs, ElementsAre(stranger.caller.org));
    EXPECT_EQ(track(bench.here, bench.peers, failing), 0);
    bench.tell("DROP TRIGGER refuse ON delegations");
    EXPECT_EQ(track(bench.here, bench.peers), 1);
}

TEST(Delegation, ShowsAsManyAsAsked) {
    Bench bench;
    for (int i = 0; i < 3; ++i) delegate(bench.here, task("x"));
    DelegationsInput page;
    page.limit = 2;
    const DelegationsOutput first = delegations(bench.here, page);
    ASSERT_TRUE(first.next_cursor);
    page.cursor = first.next_cursor;
    EXPECT_THAT(delegations(bench.here, page).jobs, SizeIs(1));
    page = {};
    page.status = DelegationStatus::complete;
    EXPECT_THAT(delegations(bench.here, page).jobs, IsEmpty());
    page = {};
    page.target = "far";
    EXPECT_THAT(delegations(bench.here, page).jobs, SizeIs(3));
    EXPECT_EQ(code_of([&] { delegation(bench.here, {Uuid::v7().text()}); }), Code::not_found);
    runtime::Context stranger = bench.stranger();
    EXPECT_THAT(delegations(stranger, {}).jobs, IsEmpty());
}

}  // namespace
}  // namespace stele::mesh
