// Writers that make one thread at once, by its key: all of them are in it.
#include <fmt/format.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "knowledge/conversations/tests/fixture.hpp"

namespace stele::conversations {
namespace {

using ::testing::SizeIs;

// Each writer's first message, all at once, in each of some threads.
template <class Write>
void race(World& world, const Write& write) {
    constexpr int kWriters = 16, kThreads = 20;
    std::latch start(kWriters);
    std::vector<std::thread> writers;
    for (int i = 0; i < kWriters; ++i)
        writers.emplace_back([&, i] {
            runtime::Context context = world.context();
            start.arrive_and_wait();
            for (int n = 0; n < kThreads; ++n)
                EXPECT_NO_THROW(
                    write(context, said(fmt::format("writer {}", i), fmt::format("t{}", n))));
        });
    for (std::thread& writer : writers) writer.join();
    runtime::Context context = world.context();
    for (int n = 0; n < kThreads; ++n) {
        const auto messages = read(context, fmt::format("t{}", n)).messages;
        ASSERT_THAT(messages, SizeIs(kWriters));
        for (std::size_t i = 0; i < messages.size(); ++i) EXPECT_EQ(messages[i].seq, int(i) + 1);
    }
    EXPECT_EQ(world.ask("SELECT count(*)::text FROM chat_threads"), std::to_string(kThreads));
}

TEST(FirstMessages, ThatRaceAreAllInOneThread) {
    World world;
    race(world, [](runtime::Context& context, const LogInput& in) { log(context, in); });
}

TEST(FirstMessages, ThatRaceInBatchesAreAllInOneThread) {
    World world;
    race(world, [](runtime::Context& context, const LogInput& in) {
        LogBatchInput batch;
        batch.messages = {in};
        log_batch(context, batch);
    });
}

TEST(FirstMessages, OfTwoTenantsWithOneKeyAndOneIdAreApart) {
    World world;
    runtime::Context mine = world.context(), theirs = world.context();
    theirs.caller.project = *Uuid::parse("22222222-2222-4222-8222-222222222222");
    LogInput in = said("mine");
    in.id = Uuid::v7().text();
    EXPECT_FALSE(log(mine, in).duplicate);
    in.content = "theirs";
    EXPECT_FALSE(log(theirs, in).duplicate);  // the id is free in this project
    EXPECT_EQ(contents(read(mine, "t").messages), std::vector<std::string>{"mine"});
    EXPECT_EQ(contents(read(theirs, "t").messages), std::vector<std::string>{"theirs"});
}

}  // namespace
}  // namespace stele::conversations
