// Leases: each job to one worker, in order, taken back from those who fall silent.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <thread>

#include "support/broken_tenant.hpp"
#include "work/jobs/tests/fixture.hpp"

namespace stele::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Lease, TheLowestPriorityThenTheOldest) {
    World world;
    runtime::Context context = world.context();
    for (const auto& [name, priority] :
         {std::pair{"c", 100}, {"d", 100}, {"b", 50}, {"e", 200}, {"a", -1}}) {
        SubmitInput in = job(name);
        in.priority = priority;
        submit(context, in);
    }
    EXPECT_THAT(names_of(take(context, 2)), ElementsAre("a", "b"));
    EXPECT_THAT(names_of(take(context, 10)), ElementsAre("c", "d", "e"));
    EXPECT_THAT(take(context), IsEmpty());
}

TEST(Lease, ByQueuesAndNames) {
    World world;
    runtime::Context context = world.context();
    submit(context, job("x", "low"));
    submit(context, job("y", "high"));
    submit(context, job("z", "high"));
    LeaseInput in;
    in.queues = {"high", "low"};
    in.max = 10;
    in.names = {"x", "z"};
    const std::vector<Leased> jobs = lease(context, in).jobs;
    EXPECT_THAT(names_of(jobs), ElementsAre("z", "x"));
    EXPECT_EQ(jobs[0].attempt, 1);
    EXPECT_EQ(jobs[0].generation, 1);
    EXPECT_EQ(get(context, {jobs[0].id}).worker, "tester");
    EXPECT_EQ(status_of(context, jobs[0].id), Status::running);
}

// Ten thousand entries that a transaction left open keeps VACUUM and the index from forgetting.
TEST(Lease, WhatComesBeforeTheDeadIsFound) {
    World world;
    runtime::Context context = world.context();
    const auto open = world.database.connect();
    open->script("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM job_queue",
                 deadline_in(std::chrono::seconds(10)));
    for (int i = 0; i < 10; ++i) {
        submit_batch(context, many(1000));
        for (int taken = 0; taken < 1000;) {
            const auto jobs = take(context, 500);
            ASSERT_THAT(jobs, SizeIs(500));
            taken += int(jobs.size());
            complete(context, done(jobs));
        }
    }
    for (int i = 0; i < 20; ++i) {
        submit(context, job("usual"));
        EXPECT_THAT(names_of(take(context)), ElementsAre("usual"));
        SubmitInput urgent = job("urgent");
        urgent.priority = 1;
        submit(context, urgent);
        EXPECT_THAT(names_of(take(context)), ElementsAre("urgent"));
        keep(context);
    }
}

TEST(Lease, NoJobIsLeasedTwice) {
    World world;
    runtime::Context context = world.context();
    constexpr int kJobs = 600, kThreads = 8;
    submit_batch(context, many(kJobs));
    std::mutex mutex;
    std::map<std::string, int> seen;
    std::atomic<int> completed = 0;
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([&, t] {
            runtime::Context mine = world.context();
            for (int empty = 0; empty < 3;) {
                const auto jobs = take(mine, 1 + t * 3, kDefaultQueue, "w" + std::to_string(t));
                if (jobs.empty()) ++empty;
                {
                    const std::lock_guard lock(mutex);
                    for (const Leased& one : jobs) ++seen[one.id];
                }
                if (!jobs.empty()) completed += complete(mine, done(jobs)).completed;
            }
        });
    threads.clear();
    EXPECT_THAT(seen, SizeIs(kJobs));
    for (const auto& [id, times] : seen) EXPECT_EQ(times, 1) << id;
    EXPECT_EQ(completed, kJobs);
    EXPECT_EQ(world.ask("SELECT count(*)::text FROM job_queue"), "0");
    EXPECT_EQ(
        world.ask("SELECT count(*)::text FROM jobs WHERE status = 'complete' AND attempts = 1"),
        std::to_string(kJobs));
}

TEST(Lease, WhoFallsSilentLosesTheJob) {
    World world;
    runtime::Context context = world.context();
    const std::string id = submit(context, job()).id;
    const Leased first = take(context)[0];
    EXPECT_EQ(keep(context), 0);
    world.pass(61);
    EXPECT_EQ(keep(context), 1);
    const Leased second = take(context, 1, kDefaultQueue, "v")[0];
    EXPECT_EQ(second.id, id);
    EXPECT_EQ(second.attempt, 2);
    EXPECT_EQ(second.generation, 2);
    // The first one comes back to life, and is told.
    EXPECT_EQ(heartbeat(context, {{{id, 1}}, {}}).stale[0].why, "leased again");
    const CompleteOutput late = complete(context, done({first}, "late"));
    EXPECT_EQ(late.completed, 0);
    EXPECT_EQ(late.stale[0].why, "leased again");
    EXPECT_EQ(fail(context, failed(first)).stale[0].why, "leased again");
    EXPECT_EQ(complete(context, done({second}, "well")).completed, 1);
    EXPECT_EQ(get(context, {id}).output, json::value("well"));
    EXPECT_EQ(get(context, {id}).attempts, 2);
    EXPECT_EQ(world.ask("SELECT outcome FROM job_attempts"), "lost");
}

TEST(Lease, ATenantInWhichTakingBackFailsKeepsNobodyElsesJobsLost) {
    World world;
    runtime::Context context = world.context(), stranger = world.stranger();
    const std::string stuck = submit(stranger, job()).id, id = submit(context, job()).id;
    take(stranger);
    take(context);
    world.pass(61);
    world.tell(testing::refuse_updates("job_queue", stranger.caller.org));
    background::Backoffs failing;
    keep(context, failing);
    EXPECT_EQ(take(context, 1, kDefaultQueue, "v").at(0).id, id);
    // It is left alone for a while, so it fills no batch, and then asked again.
    EXPECT_THAT(failing.resting().orgs, ::testing::ElementsAre(stranger.caller.org));
    EXPECT_EQ(keep(context, failing), 0);
    world.tell("DROP TRIGGER refuse ON job_queue");
    EXPECT_EQ(keep(context), 1);
    EXPECT_EQ(take(stranger, 1, kDefaultQueue, "v").at(0).id, stuck);
}

TEST(Lease, ATenantInWhichNothingBecomesReadyKeepsNobodyWaiting) {
    World world;
    runtime::Context context = world.context(), stranger = world.stranger();
    SubmitInput later = job();
    later.delay_seconds = 60;
    const std::string stuck = submit(stranger, later).id, id = submit(context, later).id;
    world.pass(61);
    world.tell(testing::refuse_updates("job_queue", stranger.caller.org));
    background::Backoffs failing;
    EXPECT_EQ(keep(context, failing), 1);
    EXPECT_EQ(world.ask("SELECT id::text FROM job_queue WHERE state = 'ready'"), id);
    EXPECT_THAT(failing.resting().orgs, ::testing::ElementsAre(stranger.caller.org));
    EXPECT_EQ(keep(context, failing), 0);
    world.tell("DROP TRIGGER refuse ON job_queue");
    EXPECT_EQ(keep(context), 1);
    EXPECT_EQ(take(stranger).at(0).id, stuck);
}

TEST(Lease, ALateWordCountsWhileNobodyElseHasTheJob) {
    World world;
    runtime::Context context = world.context();
    submit(context, job());
    const auto jobs = take(context);
    world.pass(61);
    keep(context);
    EXPECT_EQ(complete(context, done(jobs)).completed, 1);
    EXPECT_THAT(take(context), IsEmpty());
}

TEST(Lease, IsLostForGoodWhenAttemptsAreUsedUp) {
    World world;
    runtime::Context context = world.context();
    SubmitInput in = job();
    in.max_attempts = 1;
    const std::string id = submit(context, in).id;
    take(context);
    world.pass(61);
    keep(context);
    const Job ended = get(context, {id});
    EXPECT_EQ(ended.status, Status::failed);
    EXPECT_EQ(ended.stop_reason, "lease lost");
    EXPECT_THAT(take(context), IsEmpty());
}

TEST(Lease, AHeartbeatKeepsIt) {
    World world;
    runtime::Context context = world.context();
    SubmitInput in = job();
    in.lease_seconds = 30;
    submit(context, in);
    submit(context, job());
    const auto jobs = take(context, 2);
    EXPECT_LT(jobs[0].lease_until, jobs[1].lease_until);
    world.pass(29);
    const HeartbeatOutput beat = heartbeat(context, {{{jobs[0].id, 1}, {jobs[1].id, 1}}, {}});
    EXPECT_EQ(beat.renewed, 2);
    EXPECT_GT(*beat.lease_until, Timestamp{now().micros + 25'000'000});
    world.pass(29);
    EXPECT_EQ(keep(context), 0);
    EXPECT_EQ(heartbeat(context, {{{jobs[0].id, 1}}, 3600}).renewed, 1);
    world.pass(62);
    EXPECT_EQ(keep(context), 1);  // the other one alone
    EXPECT_EQ(code_of([&] {
                  heartbeat(context, {{{jobs[0].id, 1}, {jobs[0].id, 1}}, {}});
              }),
              Code::invalid_argument);
}

// What a worker asked for when it leased is what every word of it renews.
TEST(Lease, IsRenewedForAsLongAsItWasGranted) {
    World world;
    runtime::Context context = world.context();
    submit(context, job());
    LeaseInput in;
    in.queue = kDefaultQueue;
    in.lease_seconds = 600;
    const Leased one = lease(context, in).jobs.at(0);
    const auto left = [&] {
        return std::stoi(world.ask(
            "SELECT round(extract(epoch FROM lease_until - now()))::text FROM job_queue"));
    };
    world.pass(500);
    save_steps(context, {{finished(one, "compile", 1)}});
    EXPECT_GT(left(), 500);
    world.pass(500);
    Report said = about(one);
    said.events = {{.type = "output", .payload = 1}};
    report(context, {{said}});
    EXPECT_GT(left(), 500);
    world.pass(500);
    heartbeat(context, {{{one.id, one.generation}}, {}});
    EXPECT_GT(left(), 500);
}

TEST(Lease, CompletingTwiceIsCompletingOnce) {
    World world;
    runtime::Context context = world.context();
    submit(context, job());
    const auto jobs = take(context);
    EXPECT_EQ(complete(context, done(jobs, 1)).completed, 1);
    const CompleteOutput again = complete(context, done(jobs, 2));
    EXPECT_EQ(again.completed, 1);
    EXPECT_THAT(again.stale, IsEmpty());
    EXPECT_EQ(get(context, {jobs[0].id}).output, json::value(1));
    CompleteInput unknown;
    unknown.jobs.push_back({"01890a5d-ac96-774b-bcce-b302099a8057", 1, {}, {}});
    EXPECT_EQ(complete(context, unknown).stale[0].why, "unknown");
}

TEST(Fail, TriesAgainLaterAndThenNoMore) {
    World world;
    runtime::Context context = world.context();
    SubmitInput in = job();
    in.max_attempts = 3;
    in.backoff_seconds = 10;
    in.backoff_cap = 15;
    const std::string id = submit(context, in).id;
    const auto seconds_until = [](const Ended& ended) {
        return double(ended.retry_at->micros - now().micros) / 1e6;
    };
    const FailOutput first = fail(context, failed(take(context)[0]));
    EXPECT_EQ(first.jobs[0].outcome, "retried");
    EXPECT_GT(seconds_until(first.jobs[0]), 7);
    EXPECT_LT(seconds_until(first.jobs[0]), 13);
    EXPECT_THAT(take(context), IsEmpty());
    EXPECT_EQ(status_of(context, id), Status::queued);
    world.pass(13);
    const FailOutput second = fail(context, failed(take(context)[0]));
    EXPECT_GT(seconds_until(second.jobs[0]), 11);  // the cap, less jitter
    EXPECT_LT(seconds_until(second.jobs[0]), 19);
    world.pass(19);
    EXPECT_EQ(fail(context, failed(take(context)[0], "for good")).jobs[0].outcome, "failed");
    const Job ended = get(context, {id});
    EXPECT_EQ(ended.status, Status::failed);
    EXPECT_EQ(ended.error, "for good");
    EXPECT_EQ(ended.attempts, 3);
    ListInput dead;
    dead.status = Status::failed;
    EXPECT_THAT(list(context, dead).jobs, SizeIs(1));
    EXPECT_EQ(world.ask("SELECT count(*)::text FROM job_attempts"), "3");
}

TEST(Fail, AsTheWorkerSays) {
    World world;
    runtime::Context context = world.context();
    submit_batch(context, many(3));
    const auto jobs = take(context, 3);
    FailInput in;
    in.jobs = {failed(jobs[0]).jobs[0], failed(jobs[1]).jobs[0], failed(jobs[2]).jobs[0]};
    in.jobs[0].retry = false;
    in.jobs[1].release = true;
    in.jobs[2].delay_seconds = 0;
    std::map<std::string, std::string> outcomes;
    for (const Ended& ended : fail(context, in).jobs) outcomes[ended.id] = ended.outcome;
    EXPECT_EQ(outcomes[jobs[0].id], "failed");
    EXPECT_EQ(outcomes[jobs[1].id], "released");
    EXPECT_EQ(outcomes[jobs[2].id], "retried");
    const auto again = take(context, 3);
    ASSERT_THAT(again, SizeIs(2));
    for (const Leased& one : again) EXPECT_EQ(one.attempt, one.id == jobs[1].id ? 1 : 2);
    // Who gave it back has it no more.
    EXPECT_EQ(complete(context, done({jobs[1]})).stale[0].why, "leased again");
}

TEST(Redrive, FailedJobsBeginAnew) {
    World world;
    runtime::Context context = world.context();
    submit_batch(context, many(3));
    const auto jobs = take(context, 3);
    for (const Leased& one : jobs) {
        FailInput in = failed(one);
        in.jobs[0].retry = false;
        fail(context, in);
    }
    EXPECT_EQ(code_of([&] { redrive(context, {}); }), Code::invalid_argument);
    EXPECT_EQ(redrive(context, {{jobs[0].id}, {}, 100}).redriven, 1);
    EXPECT_EQ(redrive(context, {{jobs[0].id}, {}, 100}).redriven, 0);  // it is live
    EXPECT_EQ(redrive(context, {{}, "default", 100}).redriven, 2);
    EXPECT_EQ(status_of(context, jobs[0].id), Status::queued);
    const auto again = take(context, 5);
    ASSERT_THAT(again, SizeIs(3));
    EXPECT_EQ(again[0].attempt, 1);
    EXPECT_GT(again[0].generation, 1);
    EXPECT_EQ(complete(context, done({jobs[0]})).stale[0].why, "leased again");
    EXPECT_EQ(complete(context, done(again)).completed, 3);
    ListInput dead;
    dead.status = Status::failed;
    EXPECT_THAT(list(context, dead).jobs, IsEmpty());
}

}  // namespace
}  // namespace stele::jobs
