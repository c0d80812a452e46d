// Channels: declared, sent to, delivered by whoever leases.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "work/channels/store.hpp"
#include "work/jobs/tests/fixture.hpp"

namespace stele::channels {
namespace {

using memory::code_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Bench : jobs::World {
    runtime::Context here = context();
};

TEST(Channels, AMessageIsAJobOfItsConnector) {
    Bench bench;
    EXPECT_TRUE(declare(bench.here, {"telegram", "The team", true}).can_send);
    const SendOutput sent = send(bench.here, {"telegram", "ops", "Staging is up", {}});
    EXPECT_TRUE(sent.sent);
    EXPECT_EQ(list(bench.here, {}).channels.at(0).waiting, 1);
    const auto taken = jobs::take(bench.here, 5, "channel:telegram", "connector");
    ASSERT_THAT(taken, SizeIs(1));
    EXPECT_EQ(taken[0].id, sent.job_id);
    EXPECT_EQ(taken[0].name, "channel.message");
    EXPECT_EQ(taken[0].input.at("target"), "ops");
    EXPECT_EQ(taken[0].input.at("message"), "Staging is up");
    EXPECT_EQ(taken[0].input.at("from"), "tester");
    // The connector could not deliver it: it is tried again.
    jobs::fail(bench.here, jobs::failed(taken[0], "the network is down"));
    bench.pass(60);
    const auto again = jobs::take(bench.here, 5, "channel:telegram", "connector");
    ASSERT_THAT(again, SizeIs(1));
    jobs::complete(bench.here, jobs::done(again));
    EXPECT_EQ(jobs::status_of(bench.here, sent.job_id), jobs::Status::complete);
    EXPECT_EQ(list(bench.here, {}).channels.at(0).waiting, 0);
}

TEST(Channels, AKeySendsOnce) {
    Bench bench;
    declare(bench.here, {"telegram", {}, true});
    const SendOutput first = send(bench.here, {"telegram", "ops", "hello", "greeting"});
    const SendOutput second = send(bench.here, {"telegram", "ops", "hello", "greeting"});
    EXPECT_EQ(second.job_id, first.job_id);
    EXPECT_EQ(second.duplicate, true);
}

TEST(Channels, TakeMessagesWhileTheyAreOpen) {
    Bench bench;
    EXPECT_EQ(code_of([&] { send(bench.here, {"telegram", "ops", "x", {}}); }), Code::not_found);
    declare(bench.here, {"telegram", "The team", true});
    declare(bench.here, {"telegram", {}, false});
    const Channel closed = list(bench.here, {}).channels.at(0);
    EXPECT_FALSE(closed.can_send);
    EXPECT_EQ(closed.description, "The team");
    EXPECT_EQ(code_of([&] { send(bench.here, {"telegram", "ops", "x", {}}); }), Code::conflict);
    EXPECT_TRUE(remove(bench.here, {"telegram"}).removed);
    EXPECT_FALSE(remove(bench.here, {"telegram"}).removed);
    EXPECT_THAT(list(bench.here, {}).channels, IsEmpty());
}

TEST(Channels, AQueueThatNobodyDeclaredIsSeen) {
    Bench bench;
    jobs::submit(bench.here, jobs::job("channel.message", "channel:mail"));
    const ListOutput all = list(bench.here, {});
    ASSERT_THAT(all.channels, SizeIs(1));
    EXPECT_EQ(all.channels[0].name, "mail");
    EXPECT_FALSE(all.channels[0].can_send);
}

TEST(Channels, BelongToTheirTenant) {
    Bench bench;
    runtime::Context stranger = bench.stranger();
    declare(stranger, {"telegram", {}, true});
    EXPECT_THAT(list(bench.here, {}).channels, IsEmpty());
    EXPECT_EQ(code_of([&] { send(bench.here, {"telegram", "ops", "x", {}}); }), Code::not_found);
}

TEST(JobInfo, IsOfThisProcessAlone) {
    Bench bench;
    ::setenv("STELE_JOB_ID", "job-1", 1);
    ::setenv("STELE_JOB_CHANNEL", "telegram", 1);
    ::setenv("STELE_JOB_REPLY_TO", "ops", 1);
    ::setenv("STELE_JOB_TRIGGER", "cron", 1);
    ::setenv("STELE_BRAIN_SESSION", "1", 1);
    bench.here.own_process = true;
    const JobInfoOutput mine = job_info(bench.here, {});
    EXPECT_EQ(mine.job_id, "job-1");
    EXPECT_EQ(mine.channel, "telegram");
    EXPECT_EQ(mine.reply_to, "ops");
    EXPECT_EQ(mine.trigger_type, "cron");
    EXPECT_TRUE(mine.is_brain_session);
    EXPECT_FALSE(mine.is_interactive);
    declare(bench.here, {"telegram", {}, true});
    send(bench.here, {"telegram", "ops", "x", {}});
    EXPECT_EQ(jobs::take(bench.here, 1, "channel:telegram").at(0).input.at("jobId"), "job-1");
    bench.here.own_process = false;  // HTTP
    const JobInfoOutput none = job_info(bench.here, {});
    EXPECT_FALSE(none.job_id);
    EXPECT_EQ(none.trigger_type, "user");
    EXPECT_TRUE(none.is_interactive);
    for (const char* name : {"STELE_JOB_ID", "STELE_JOB_CHANNEL", "STELE_JOB_REPLY_TO",
                             "STELE_JOB_TRIGGER", "STELE_BRAIN_SESSION"})
        ::unsetenv(name);
}

}  // namespace
}  // namespace stele::channels
