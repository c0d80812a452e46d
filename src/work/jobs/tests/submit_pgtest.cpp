// Submitting: once for a key, in batches, in the caller's own transaction.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "work/jobs/tests/fixture.hpp"

namespace stele::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Submit, GivesAJobThatComesBackAsItWas) {
    World world;
    runtime::Context context = world.context();
    SubmitInput in = job("report", "nightly");
    in.input = json::object{{"day", 20}};
    in.metadata = json::object{{"a", "b"}};
    in.origin = json::object{{"channel", "cli"}};
    in.version = 3;
    in.group = "team";
    in.priority = -5;
    in.max_attempts = 2;
    in.retention = Retention::audit;
    const SubmitOutput out = submit(context, in);
    EXPECT_EQ(out.status, Status::queued);
    EXPECT_FALSE(out.duplicate);
    const Job got = get(context, {out.id});
    EXPECT_EQ(got.queue, "nightly");
    EXPECT_EQ(got.name, "report");
    EXPECT_EQ(got.input, json::value(json::object{{"day", 20}}));
    EXPECT_EQ(got.version, 3);
    EXPECT_EQ(got.group, "team");
    EXPECT_EQ(got.priority, -5);
    EXPECT_EQ(got.max_attempts, 2);
    EXPECT_EQ(got.retention, Retention::audit);
    EXPECT_EQ(got.instance, "tester");
    EXPECT_FALSE(got.output);
    runtime::Context stranger = world.stranger();
    EXPECT_EQ(code_of([&] { get(stranger, {out.id}); }), Code::not_found);
    EXPECT_THAT(take(stranger, 10, "nightly"), IsEmpty());
}

TEST(Submit, AKeyIsTakenOnceInAQueue) {
    World world;
    runtime::Context context = world.context();
    SubmitInput in = job();
    in.key = "k";
    const SubmitOutput first = submit(context, in);
    const SubmitOutput again = submit(context, in);
    EXPECT_EQ(again.id, first.id);
    EXPECT_EQ(again.duplicate, true);
    in.queue = "other";
    EXPECT_NE(submit(context, in).id, first.id);
    // Also within a batch, and after the job has ended.
    in.queue = kDefaultQueue;
    complete(context, done(take(context)));
    SubmitInput other = in;
    other.key = "k2";
    const SubmitBatchOutput batch = submit_batch(context, {{in, other, other, job()}});
    EXPECT_EQ(batch.submitted, 2);
    EXPECT_EQ(batch.duplicates, 2);
    EXPECT_EQ(batch.jobs[0].id, first.id);
    EXPECT_EQ(batch.jobs[0].status, Status::complete);
    EXPECT_EQ(batch.jobs[1].id, batch.jobs[2].id);
    EXPECT_EQ(batch.jobs[2].duplicate, true);
}

TEST(Submit, KeysThatRaceMakeOneJob) {
    World world;
    constexpr int kThreads = 8, kKeys = 40;
    std::vector<std::set<std::string>> ids(kKeys);
    std::atomic<int> fresh = 0;
    std::mutex mutex;
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([&] {
            runtime::Context context = world.context();
            for (int k = 0; k < kKeys; ++k) {
                SubmitInput in = job();
                in.key = "k" + std::to_string(k);
                const SubmitOutput out = submit(context, in);
                if (!out.duplicate) ++fresh;
                const std::lock_guard lock(mutex);
                ids[std::size_t(k)].insert(out.id);
            }
        });
    threads.clear();
    EXPECT_EQ(fresh, kKeys);
    for (const auto& set : ids) EXPECT_THAT(set, SizeIs(1));
    EXPECT_EQ(world.ask("SELECT count(*)::text FROM job_queue"), std::to_string(kKeys));
}

TEST(Submit, LaterMeansNotBefore) {
    World world;
    runtime::Context context = world.context();
    SubmitInput in = job("later");
    in.delay_seconds = 60;
    submit(context, in);
    in.delay_seconds = {};
    in.run_at = Timestamp{now().micros + 120'000'000};
    in.name = "still later";
    submit(context, in);
    EXPECT_THAT(take(context), IsEmpty());
    world.pass(61);
    const auto due = take(context, 10);
    EXPECT_THAT(names_of(due), ElementsAre("later"));
    complete(context, done(due));
    world.pass(60);
    // Or the maintenance has it made ready.
    EXPECT_EQ(keep(context), 1);
    EXPECT_THAT(names_of(take(context, 10)), ElementsAre("still later"));
    in.delay_seconds = 1;
    EXPECT_EQ(code_of([&] { submit(context, in); }), Code::invalid_argument);
}

TEST(Submit, ADrainingQueueTakesNothing) {
    World world;
    runtime::Context context = world.context();
    submit(context, job());
    EXPECT_TRUE(drain(context, {kDefaultQueue, false}).draining);
    EXPECT_EQ(code_of([&] { submit(context, job()); }), Code::conflict);
    EXPECT_THAT(take(context, 5), SizeIs(1));
    EXPECT_FALSE(drain(context, {kDefaultQueue, true}).draining);
    submit(context, job());
}

TEST(Submit, InTheCallersOwnTransaction) {
    World world;
    runtime::Context context = world.context();
    const auto connection = world.database.connect();
    const auto run = [&](const std::string& command) {
        return connection->script(command, deadline_in(std::chrono::seconds(10)));
    };
    const std::string tenant =
        "SET LOCAL ROLE stele_runtime;"
        "SELECT set_config('stele.org_id', '00000000-0000-4000-8000-000000000001', true),"
        "       set_config('stele.project_id', '00000000-0000-4000-8000-000000000001', true);";
    run("BEGIN;" + tenant + "SELECT stele_submit_job('sql', 'gone'); ROLLBACK");
    EXPECT_THAT(take(context, 5, "sql"), IsEmpty());
    run("BEGIN;" + tenant +
        R"(SELECT stele_submit_job('sql', 'kept', '{"a": 1}', '{"key": "k", "priority": 3}');
           SELECT stele_submit_job('sql', 'kept', '{"a": 2}', '{"key": "k"}'); COMMIT)");
    const std::vector<Leased> jobs = take(context, 5, "sql");
    ASSERT_THAT(jobs, SizeIs(1));
    EXPECT_EQ(jobs[0].input, json::value(json::object{{"a", 1}}));
    EXPECT_EQ(get(context, {jobs[0].id}).priority, 3);
    const auto problem = [&](const std::string& command) -> std::string {
        try {
            run("BEGIN;" + command);
        } catch (const Error& error) {
            run("ROLLBACK");
            return error.what();
        }
        return "";
    };
    EXPECT_THAT(problem("SELECT stele_submit_job('sql', 'x')"), HasSubstr("no tenant"));
    EXPECT_THAT(problem(tenant + R"(SELECT stele_submit_job('sql', 'x', '1', '{"prio": 1}'))"),
                HasSubstr("unknown: prio"));
}

}  // namespace
}  // namespace stele::jobs
