// Queues: pauses, limits, turns.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <thread>

#include "work/jobs/tests/fixture.hpp"

namespace stele::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

void submit_group(runtime::Context& context, const std::string& group, int count) {
    SubmitInput in = job(group);
    in.group = group;
    submit_batch(context, many(count, in));
}

QueueInput settings() {
    QueueInput out;
    out.queue = kDefaultQueue;
    return out;
}

TEST(Queues, APauseStopsLeases) {
    World world;
    runtime::Context context = world.context();
    submit(context, job());
    EXPECT_TRUE(pause(context, {kDefaultQueue}).paused);
    EXPECT_THAT(take(context), IsEmpty());
    submit(context, job());
    const Queue again = resume_queue(context, {kDefaultQueue});
    EXPECT_FALSE(again.paused);
    EXPECT_EQ(again.ready, 2);
    EXPECT_THAT(take(context, 5), SizeIs(2));
}

TEST(Queues, AllTogetherHaveALimit) {
    World world;
    runtime::Context context = world.context();
    submit_batch(context, many(4));
    submit_batch(context, many(4, job("other", "second")));
    const auto before = take(context, 1);
    QueueInput all;
    all.queue = kAllQueues;
    all.max_running = 3;
    EXPECT_EQ(set_queue(context, all).max_running, 3);
    const auto first = take(context, 1);
    EXPECT_THAT(first, SizeIs(1));
    EXPECT_THAT(take(context, 4, "second"), SizeIs(1)) << "what ran before counts too";
    EXPECT_THAT(take(context, 4), IsEmpty());
    complete(context, done(before));
    QueueInput own = settings();
    own.queue = "second";
    own.max_running = 1;
    set_queue(context, own);
    EXPECT_THAT(take(context, 4, "second"), IsEmpty()) << "a queue's own limit holds as well";
    EXPECT_THAT(take(context, 4), SizeIs(1));
    runtime::Context stranger = world.stranger();
    submit_batch(stranger, many(5));
    EXPECT_THAT(take(stranger, 5), SizeIs(5)) << "another tenant's";
    pause(context, {kAllQueues});
    complete(context, done(first));
    EXPECT_THAT(take(context, 4), IsEmpty());
    resume_queue(context, {kAllQueues});
    EXPECT_THAT(take(context, 4), SizeIs(1));
}

TEST(Queues, AllTogetherHaveARate) {
    World world;
    runtime::Context context = world.context();
    submit_batch(context, many(4));
    submit_batch(context, many(4, job("other", "second")));
    QueueInput all;
    all.queue = kAllQueues;
    all.rate_limit = 5;
    all.rate_seconds = 3600;
    set_queue(context, all);
    EXPECT_THAT(take(context, 4), SizeIs(4));
    EXPECT_THAT(take(context, 4, "second"), SizeIs(1));
    EXPECT_THAT(take(context, 4, "second"), IsEmpty());
}

TEST(Queues, AllTogetherAreNoQueue) {
    World world;
    runtime::Context context = world.context();
    EXPECT_EQ(code_of([&] { submit(context, job("a", kAllQueues)); }), Code::invalid_argument);
    EXPECT_EQ(code_of([&] { drain(context, {kAllQueues}); }), Code::invalid_argument);
    QueueInput all;
    all.queue = kAllQueues;
    all.fair = true;
    EXPECT_EQ(code_of([&] { set_queue(context, all); }), Code::invalid_argument);
}

TEST(Queues, SettingsStayUntilTheyAreSaidAnew) {
    World world;
    runtime::Context context = world.context();
    QueueInput in = settings();
    in.max_running = 3;
    in.rate_limit = 10;
    in.lease_seconds = 5;
    in.max_attempts = 1;
    set_queue(context, in);
    in = settings();
    in.fair = true;
    in.backoff_seconds = 7;
    Queue out = set_queue(context, in);
    EXPECT_EQ(out.max_running, 3);
    EXPECT_EQ(out.rate_limit, 10);
    EXPECT_EQ(out.rate_seconds, 1);
    EXPECT_TRUE(out.fair);
    EXPECT_EQ(out.backoff_seconds, 7);
    in = settings();
    in.max_running = 0;
    in.rate_limit = 0;
    out = set_queue(context, in);
    EXPECT_FALSE(out.max_running || out.rate_limit || out.rate_seconds);
    EXPECT_EQ(out.lease_seconds, 5);
    // Jobs that say nothing themselves follow them.
    const std::string id = submit(context, job()).id;
    const Leased one = take(context)[0];
    EXPECT_LT(one.lease_until, Timestamp{now().micros + 6'000'000});
    EXPECT_EQ(fail(context, failed(one)).jobs[0].outcome, "failed");
    submit(context, job("x", "other"));
    EXPECT_THAT(queues(context, {}).queues, SizeIs(2));
    EXPECT_THAT(queues(context, {"other"}).queues, SizeIs(1));
}

TEST(Queues, SoManyRunAtOnce) {
    World world;
    runtime::Context context = world.context();
    submit_batch(context, many(10));
    take(context);  // runs already when the limit is set, and counts
    QueueInput in = settings();
    in.max_running = 3;
    set_queue(context, in);
    const auto two = take(context, 10);
    EXPECT_THAT(two, SizeIs(2));
    EXPECT_THAT(take(context, 10), IsEmpty());
    complete(context, done({two[0]}));
    EXPECT_THAT(take(context, 10), SizeIs(1));
    cancel(context, {two[1].id, ""});
    EXPECT_THAT(take(context, 10), SizeIs(1));
}

TEST(Queues, TheLimitHoldsWhoeverLeases) {
    World world;
    runtime::Context context = world.context();
    submit_batch(context, many(200));
    QueueInput in = settings();
    in.max_running = 5;
    set_queue(context, in);
    std::atomic<int> running = 0, most = 0, completed = 0;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t)
        threads.emplace_back([&] {
            runtime::Context mine = world.context();
            while (completed < 200) {
                const auto jobs = take(mine, 2);
                const int now_running = running += int(jobs.size());
                for (int seen = most;
                     now_running > seen && !most.compare_exchange_weak(seen, now_running);) {
                }
                running -= int(jobs.size());
                if (!jobs.empty()) completed += complete(mine, done(jobs)).completed;
            }
        });
    threads.clear();
    EXPECT_LE(most, 5);
    EXPECT_EQ(completed, 200);
}

TEST(Queues, SoManyOfAGroupRunAtOnce) {
    World world;
    runtime::Context context = world.context();
    QueueInput in = settings();
    in.max_running_per_group = 2;
    set_queue(context, in);
    submit_group(context, "a", 5);
    submit_group(context, "b", 1);
    submit_batch(context, many(2, job("none")));
    std::map<std::string, int> leased;
    const auto jobs = take(context, 10);
    for (const Leased& one : jobs) ++leased[one.name];
    EXPECT_EQ(leased["a"], 2);
    EXPECT_EQ(leased["b"], 1);
    EXPECT_EQ(leased["none"], 2);
    EXPECT_THAT(take(context, 10), IsEmpty());
    for (const Leased& one : jobs)
        if (one.name == "a") {
            complete(context, done({one}));
            break;
        }
    EXPECT_THAT(names_of(take(context, 10)), ElementsAre("a"));
}

TEST(Queues, GroupsTakeTurns) {
    World world;
    runtime::Context context = world.context();
    QueueInput in = settings();
    in.fair = true;
    set_queue(context, in);
    submit_group(context, "big", 100);
    submit_group(context, "small", 3);
    submit_group(context, "tiny", 1);
    EXPECT_THAT(names_of(take(context, 5)), ElementsAre("big", "small", "tiny", "big", "small"));
    EXPECT_THAT(names_of(take(context, 2)), ElementsAre("big", "small"));
    SubmitInput urgent = job("urgent");
    urgent.priority = 1;
    submit(context, urgent);
    EXPECT_THAT(names_of(take(context, 2)), ElementsAre("urgent", "big"));
}

TEST(Queues, BeyondThatManyGroupsTheNextAreLookedAtNext) {
    World world;
    runtime::Context context = world.context();
    QueueInput in = settings();
    in.fair = true;
    set_queue(context, in);
    SubmitBatchInput batch;
    for (int i = 0; i < 1200; ++i) {
        SubmitInput one = job();
        one.group = "g" + std::to_string(10000 + i);
        batch.jobs.push_back(one);
        if (batch.jobs.size() == 600) {
            submit_batch(context, batch);
            batch.jobs.clear();
        }
    }
    std::set<std::string> seen;
    for (int i = 0; i < 8 && seen.size() < 1200; ++i)
        for (const Leased& one : take(context, 500)) seen.insert(*one.group);
    EXPECT_THAT(seen, SizeIs(1200));
}

TEST(Queues, SoManyBeginInATime) {
    World world;
    runtime::Context context = world.context();
    submit_batch(context, many(20));
    QueueInput in = settings();
    in.rate_limit = 5;
    in.rate_seconds = 3600;
    set_queue(context, in);
    EXPECT_THAT(take(context, 3), SizeIs(3));
    EXPECT_THAT(take(context, 10), SizeIs(2));
    EXPECT_THAT(take(context, 10), IsEmpty());
    world.tell("UPDATE job_queues SET tokens_at = tokens_at - interval '1440 s'");
    EXPECT_THAT(take(context, 10), SizeIs(2));
}

}  // namespace
}  // namespace stele::jobs
