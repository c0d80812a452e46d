// The stream of a tenant: dense, in the order of commits, its own.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "knowledge/events/tests/fixture.hpp"

namespace stele::events {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::int64_t> ids_of(const std::vector<Event>& events) {
    std::vector<std::int64_t> out;
    for (const Event& event : events) out.push_back(event.id);
    return out;
}

std::vector<std::string> types_of(const std::vector<Event>& events) {
    std::vector<std::string> out;
    for (const Event& event : events) out.push_back(event.type);
    return out;
}

TEST(Stream, CountsWhatIsSaidToATenant) {
    World world;
    runtime::Context context = world.context(), stranger = world.stranger();
    EXPECT_EQ(announce(context, {said("a", {{"n", 1}}), said("b")}), 2);
    EXPECT_EQ(announce(stranger, {said("theirs")}), 1);
    EXPECT_EQ(announce(context, {said("c")}), 3);
    const ListOutput all = list(context, {});
    EXPECT_THAT(ids_of(all.events), ElementsAre(1, 2, 3));
    EXPECT_THAT(types_of(all.events), ElementsAre("a", "b", "c"));
    EXPECT_EQ(all.events[0].data.at("n").as_int64(), 1);
    EXPECT_EQ(all.next_id, 3);
    EXPECT_THAT(types_of(list(stranger, {}).events), ElementsAre("theirs"));
}

TEST(Stream, PagesGoOnWhereTheOneBeforeEnded) {
    World world;
    runtime::Context context = world.context();
    for (int i = 0; i < 7; ++i) announce(context, {said(i % 2 ? "odd.x" : "even.x")});
    ListInput in;
    in.limit = 3;
    EXPECT_THAT(ids_of(list(context, in).events), ElementsAre(5, 6, 7)) << "the last ones";
    in.after_id = 0;
    EXPECT_THAT(ids_of(list(context, in).events), ElementsAre(1, 2, 3));
    in.after_id = 3;
    EXPECT_THAT(ids_of(list(context, in).events), ElementsAre(4, 5, 6));
    in.types = {"odd."};
    EXPECT_THAT(ids_of(list(context, in).events), ElementsAre(4, 6));
    in.after_id = 7;
    EXPECT_THAT(list(context, in).events, IsEmpty());
    EXPECT_EQ(list(context, in).next_id, 7);
}

// A reader who asks for what comes after what he has never meets a gap that is filled later.
TEST(Stream, ReadersMissNothingThatCommitsLate) {
    World world;
    constexpr int kWriters = 6, kEach = 40;
    std::atomic<int> failed = 0;
    std::vector<std::jthread> writers;
    for (int w = 0; w < kWriters; ++w)
        writers.emplace_back([&, w] {
            runtime::Context mine = world.context();
            for (int i = 0; i < kEach; ++i) {
                try {
                    world.db->transaction(
                        {world.tenant(), deadline_in(std::chrono::seconds(20))},
                        [&](pg::Transaction& tx) {
                            announce(tx, mine.caller, {said("x"), said("y")});
                            if ((w + i) % 3 == 0) throw std::runtime_error("rolled back");
                            std::this_thread::sleep_for(std::chrono::microseconds(w * 100));
                        });
                } catch (const std::runtime_error&) {
                    ++failed;
                }
            }
        });
    runtime::Context context = world.context();
    std::int64_t read = 0;
    const auto look = [&] {
        ListInput in;
        in.after_id = read;
        in.limit = 500;
        for (const Event& event : list(context, in).events) ASSERT_EQ(event.id, ++read);
    };
    while (failed < kWriters * kEach / 3 - kWriters && !HasFailure()) look();
    writers.clear();
    look();
    EXPECT_EQ(read, 2 * (kWriters * kEach - failed));
}

TEST(Stream, AgentsSayOneOfATypeInTenSeconds) {
    World world;
    runtime::Context context = world.context();
    EmitInput in;
    in.message = "half of it is done";
    in.job_id = Uuid::v7().text();
    const EmitOutput first = emit(context, in);
    EXPECT_TRUE(first.emitted);
    EXPECT_EQ(first.type, "brain.notification");
    const EmitOutput second = emit(context, in);
    EXPECT_FALSE(second.emitted);
    EXPECT_EQ(second.rate_limited, true);
    EXPECT_GE(second.retry_after_seconds, 1);
    EXPECT_LE(second.retry_after_seconds, 10);
    in.type = Said::alert;
    EXPECT_TRUE(emit(context, in).emitted) << "another type";
    in.job_id = Uuid::v7().text();
    EXPECT_TRUE(emit(context, in).emitted) << "another job";
    in.job_id.reset();
    EXPECT_TRUE(emit(context, in).emitted) << "no job";
    EXPECT_FALSE(emit(context, in).emitted);
    context.caller.instance = "somebody else";
    EXPECT_TRUE(emit(context, in).emitted);
    world.tell(
        "SET session_replication_role = replica; UPDATE events SET created_at = created_at - "
        "interval '11 s'");
    EXPECT_TRUE(emit(context, in).emitted) << "ten seconds later";
}

TEST(Stream, OfManyWhoSayTheSameAtOnceOneIsHeard) {
    World world;
    std::atomic<int> heard = 0;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&] {
            runtime::Context mine = world.context();
            EmitInput in;
            in.message = "now";
            heard += emit(mine, in).emitted;
        });
    threads.clear();
    EXPECT_EQ(heard, 1);
}

TEST(Stream, WhatIsSaidComesBackAsItWas) {
    World world;
    runtime::Context context = world.context();
    EmitInput in;
    in.message = "the token is sk-proj-abcdefghijklmnopqrstuvwxyz0123456789";
    emit(context, in);
    EXPECT_EQ(serialize(list(context, {}).events.at(0).data.at("message")),
              serialize(json::string(in.message)));
}

TEST(Stream, MonthsThatAreOverAreDropped) {
    World world;
    runtime::Context context = world.context();
    world.tell(
        "CREATE TABLE events_y2020m01 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO "
        "('2020-02-01')");
    announce(context, {said("old"), said("new")});
    world.tell(
        "SET session_replication_role = replica; UPDATE events SET created_at = '2020-01-15' "
        "WHERE type = 'old'");
    EXPECT_EQ(drop_partitions(context), 1);
    EXPECT_EQ(drop_partitions(context), 0);
    EXPECT_THAT(types_of(list(context, {}).events), ElementsAre("new"));
}

}  // namespace
}  // namespace stele::events
