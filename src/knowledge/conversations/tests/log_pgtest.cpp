#include <fmt/format.h>
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <latch>
#include <set>
#include <thread>

#include "foundation/base/error.hpp"
#include "knowledge/conversations/tests/fixture.hpp"

namespace stele::conversations {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Log, KeepsEverythingItIsGiven) {
    World world;
    runtime::Context context = world.context();
    LogInput in = said("Shall I deploy?", "ses_1", "agent:builder");
    in.channel = "slack";
    in.job_id = "job-1";
    in.dedup_key = "msg_1";
    in.kind = Kind::tool_call;
    in.metadata = {{"name", "bash"}};
    in.retention = Retention::audit;
    in.timestamp = parse_timestamp("2025-03-04T05:06:07Z");
    const LogOutput logged = log(context, in);
    EXPECT_TRUE(logged.logged);
    EXPECT_FALSE(logged.duplicate);
    EXPECT_EQ(logged.thread_id, "ses_1");
    EXPECT_EQ(logged.seq, 1);
    EXPECT_EQ(logged.scope, "project:/repo");

    const ThreadOutput out = read(context, "ses_1");
    ASSERT_THAT(out.messages, SizeIs(1));
    const Message& m = out.messages[0];
    EXPECT_EQ(m.id, logged.id);
    EXPECT_EQ(m.thread_id, "ses_1");
    EXPECT_EQ(m.speaker, "agent:builder");
    EXPECT_EQ(m.content, in.content);
    EXPECT_EQ(m.timestamp, in.timestamp);
    EXPECT_EQ(m.type, Kind::tool_call);
    EXPECT_EQ(m.channel, "slack");
    EXPECT_EQ(m.metadata, in.metadata);
    EXPECT_EQ(m.retention, Retention::audit);
    EXPECT_EQ(m.instance, "tester");
    EXPECT_EQ(m.job_id, "job-1");
    EXPECT_EQ(m.dedup_key, "msg_1");
    EXPECT_EQ(out.thread.created_at, in.timestamp);
    EXPECT_EQ(out.thread.last_seq, 1);
}

TEST(Log, WithoutAThreadANewOneIsMade) {
    World world;
    runtime::Context context = world.context();
    LogInput in;
    in.content = "hello";
    const LogOutput first = log(context, in), second = log(context, in);
    EXPECT_NE(first.thread_id, second.thread_id);
    EXPECT_TRUE(Uuid::parse(first.thread_id));
    EXPECT_EQ(read(context, first.thread_id).messages[0].speaker, "assistant");
}

TEST(Log, TheSameKeyTwiceIsOneMessageAndBurnsNoPlace) {
    World world;
    runtime::Context context = world.context();
    LogInput in = said("once");
    in.dedup_key = "k";
    const LogOutput first = log(context, in);
    in.content = "once, captured otherwise";
    const LogOutput again = log(context, in);
    EXPECT_EQ(again.duplicate, true);
    EXPECT_EQ(again.id, first.id);
    EXPECT_EQ(again.seq, 1);
    EXPECT_EQ(log(context, said("twice")).seq, 2);
    // Another thread, another tenant: not seen there, so not a duplicate there.
    in.thread_id = "other";
    EXPECT_FALSE(log(context, in).duplicate);
    in.thread_id = "t";
    runtime::Context stranger = world.stranger();
    EXPECT_FALSE(log(stranger, in).duplicate);
}

TEST(Log, AnIdBelongsToOneMessage) {
    World world;
    runtime::Context context = world.context();
    LogInput in = said("first");
    in.id = Uuid::v7().text();
    log(context, in);
    EXPECT_EQ(log(context, in).duplicate, true);
    in.content = "second";
    EXPECT_EQ(code_of([&] { log(context, in); }), Code::conflict);
    in.content = "first";
    in.thread_id = "elsewhere";
    EXPECT_EQ(code_of([&] { log(context, in); }), Code::conflict);
    EXPECT_EQ(code_of([&] { read(context, "elsewhere"); }), Code::not_found);
}

// A plug-in and the agent log the same message at once, while others talk.
TEST(Log, ManyWritersOfOneKeyMakeOneMessageAndNoGap) {
    World world;
    constexpr int kThreads = 12, kMessages = 25;
    std::latch start(kThreads);
    std::vector<std::thread> threads;
    std::vector<int> fresh(kThreads);
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back([&, i] {
            runtime::Context context = world.context();
            start.arrive_and_wait();
            for (int n = 0; n < kMessages; ++n) {
                LogInput raced = said(fmt::format("raced {}", n));
                raced.dedup_key = fmt::format("key {}", n);
                fresh[std::size_t(i)] += log(context, raced).duplicate ? 0 : 1;
                log(context, said(fmt::format("own {} {}", i, n)));
            }
        });
    for (std::thread& thread : threads) thread.join();
    int sum = 0;
    for (const int n : fresh) sum += n;
    EXPECT_EQ(sum, kMessages);
    runtime::Context context = world.context();
    const auto messages = read(context, "t").messages;
    ASSERT_THAT(messages, SizeIs(kThreads * kMessages + kMessages));
    for (std::size_t i = 0; i < messages.size(); ++i) EXPECT_EQ(messages[i].seq, int(i) + 1);
}

TEST(Log, AThreadKeepsItsScope) {
    World world;
    runtime::Context here = world.context(), there = world.context("project:/other");
    log(here, said("begun here"));
    EXPECT_EQ(log(there, said("gone on there")).scope, "project:/repo");
    LogInput in = said("for everybody");
    in.scope = "global";
    EXPECT_EQ(log(there, in).scope, "global");
    in.scope = "nonsense";
    EXPECT_EQ(code_of([&] { log(there, in); }), Code::invalid_argument);
}

TEST(LogBatch, KeepsTheOrderOfEachThread) {
    World world;
    runtime::Context context = world.context();
    log(context, said("zero", "a"));
    LogBatchInput batch;
    for (const char* text : {"one", "two", "three"}) {
        batch.messages.push_back(said(text, "a"));
        batch.messages.push_back(said(text, "b"));
    }
    batch.messages[2].dedup_key = batch.messages[4].dedup_key = "same";
    batch.messages[5].pending_action = "answer";
    const LogBatchOutput out = log_batch(context, batch);
    EXPECT_EQ(out.logged, 5);
    EXPECT_EQ(out.duplicates, 1);
    ASSERT_THAT(out.messages, SizeIs(6));
    EXPECT_EQ(out.messages[4].id, out.messages[2].id);
    EXPECT_EQ(out.messages[4].duplicate, true);
    EXPECT_THAT(contents(read(context, "a").messages), ElementsAre("zero", "one", "two"));
    EXPECT_THAT(places(read(context, "b").messages), ElementsAre(1, 2, 3));
    EXPECT_EQ(world.ask("SELECT count(*) FROM pending_actions"), "1");
    // The lexical columns are the same as one by one: search compares them.
    log(context, said("three", "c"));
    EXPECT_EQ(world.ask("SELECT count(DISTINCT (lexemes::text, words, pairs)) FROM chat_messages "
                        "WHERE content = 'three'"),
              "1");
    for (LogInput& m : batch.messages) m.dedup_key.reset();
    batch.messages[0].content = "long enough to have pairs of words";
    log_batch(context, batch);
    EXPECT_EQ(world.ask("SELECT cardinality(pairs) > 1 FROM chat_messages WHERE content LIKE "
                        "'long enough%'"),
              "t");
}

TEST(LogBatch, IsAllOrNothing) {
    World world;
    runtime::Context context = world.context();
    LogBatchInput batch;
    for (int i = 0; i < 10; ++i) batch.messages.push_back(said("fine " + std::to_string(i)));
    batch.messages[7].id = log(context, said("there already", "other")).id;
    EXPECT_EQ(code_of([&] { log_batch(context, batch); }), Code::conflict);
    EXPECT_EQ(code_of([&] { read(context, "t"); }), Code::not_found);
    batch.messages[7].id.reset();
    EXPECT_EQ(log_batch(context, batch).messages[9].seq, 10);
}

TEST(LogBatch, TwoBatchesInOppositeOrderDoNotDeadlock) {
    World world;
    constexpr int kRounds = 30, kThreads = 6;
    std::latch start(kThreads);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([&, t] {
            runtime::Context context = world.context();
            start.arrive_and_wait();
            for (int round = 0; round < kRounds; ++round) {
                LogBatchInput batch;
                for (int i = 0; i < 20; ++i)
                    batch.messages.push_back(
                        said("x", fmt::format("thread {}", t % 2 ? i : 19 - i)));
                log_batch(context, batch);
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(world.ask("SELECT min(last_seq) || ' ' || max(last_seq) FROM chat_threads"),
              fmt::format("{0} {0}", kRounds * kThreads));
    EXPECT_EQ(world.ask("SELECT deadlocks FROM pg_stat_database WHERE datname = "
                        "current_database()"),
              "0");
}

TEST(Thread, PagesBothWays) {
    World world;
    runtime::Context context = world.context();
    LogBatchInput batch;
    for (int i = 1; i <= 25; ++i) batch.messages.push_back(said(std::to_string(i)));
    log_batch(context, batch);
    ThreadInput in;
    in.thread_id = "t";
    in.limit = 10;
    const ThreadOutput first = thread(context, in);
    EXPECT_EQ(first.messages.front().seq, 1);
    EXPECT_EQ(first.next_after, 10);
    EXPECT_FALSE(first.next_before);
    in.after = 20;
    const ThreadOutput last = thread(context, in);
    EXPECT_THAT(places(last.messages), ElementsAre(21, 22, 23, 24, 25));
    EXPECT_FALSE(last.next_after);
    EXPECT_EQ(last.next_before, 21);
    in.after.reset();
    in.newest = true;
    const ThreadOutput newest = thread(context, in);
    EXPECT_EQ(newest.messages.front().seq, 16);
    EXPECT_EQ(newest.messages.back().seq, 25);
    EXPECT_EQ(newest.next_before, 16);
    EXPECT_FALSE(newest.next_after);
    in.newest = false;
    in.before = 6;
    const ThreadOutput before = thread(context, in);
    EXPECT_THAT(places(before.messages), ElementsAre(1, 2, 3, 4, 5));
    EXPECT_EQ(before.next_after, 5);
    EXPECT_FALSE(before.next_before);
}

TEST(Recent, ShowsThreadsOfThisProjectByTheirLastMessage) {
    World world;
    runtime::Context context = world.context(), other = world.context("project:/other");
    log(context, said("a1", "a"));
    log(context, said("b1", "b"));
    log(other, said("c1", "c"));
    LogInput global = said("d1", "d");
    global.scope = "global";
    log(context, global);
    log(context, said("a2", "a", "assistant"));
    const auto keys = [&](const RecentInput& in) {
        std::vector<std::string> out;
        for (const ThreadRow& row : recent(context, in).results)
            out.push_back(row.thread_id + ":" + row.content);
        return out;
    };
    EXPECT_THAT(keys({}), ElementsAre("a:a2", "d:d1", "b:b1"));
    RecentInput in;
    in.scope = "all";
    EXPECT_THAT(keys(in), ElementsAre("a:a2", "d:d1", "c:c1", "b:b1"));
    in.scope = "global";
    EXPECT_THAT(keys(in), ElementsAre("d:d1"));
    in.scope = "all";
    in.limit = 3;
    const RecentOutput page = recent(context, in);
    ASSERT_TRUE(page.next_cursor);
    in.cursor = page.next_cursor;
    EXPECT_THAT(keys(in), ElementsAre("b:b1"));
    EXPECT_FALSE(recent(context, in).next_cursor);
}

TEST(Tenants, SeeNothingOfEachOther) {
    World world;
    runtime::Context mine = world.context(), theirs = world.stranger();
    const LogOutput logged = log(mine, said("mine alone"));
    EXPECT_EQ(code_of([&] { read(theirs, "t"); }), Code::not_found);
    EXPECT_THAT(recent(theirs, {}).results, IsEmpty());
    log(theirs, said("theirs"));
    EXPECT_THAT(contents(read(mine, "t").messages), ElementsAre("mine alone"));
    // Two projects of one organisation.
    runtime::Context next_door = world.context();
    next_door.caller.project = *Uuid::parse("22222222-2222-4222-8222-222222222222");
    EXPECT_EQ(log(next_door, said("next door")).seq, 1);
    EXPECT_THAT(contents(read(mine, "t").messages), ElementsAre("mine alone"));
}

TEST(Tenants, WithoutASettingNothingIsSeenOrWritten) {
    World world;
    runtime::Context context = world.context();
    log(context, said("hidden"));
    auto plain = stele::testing::connect(world.database.app_url());
    const Deadline soon = deadline_in(std::chrono::seconds(5));
    for (const char* table : {"chat_threads", "chat_messages", "chat_summaries", "pending_actions",
                              "chat_vectors", "chat_work", "chat_receipts"})
        EXPECT_EQ(plain->script(fmt::format("SELECT count(*) FROM {}", table), soon)[0].raw(0),
                  "0");
    EXPECT_THROW(plain->script("UPDATE chat_receipts SET reason = ''", soon), Error);
}

}  // namespace
}  // namespace stele::conversations
