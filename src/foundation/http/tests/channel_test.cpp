#include "foundation/http/channel.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace stele::http {
namespace {

TEST(Channel, HandsOverWhatWasQueuedInOrder) {
    Channel channel;
    EXPECT_TRUE(channel.push({.data = "a"}));
    EXPECT_TRUE(channel.push({.data = "b"}));
    std::string text = "left over";
    EXPECT_EQ(channel.take(text), Channel::State::open);
    EXPECT_EQ(text, "data: a\n\ndata: b\n\n");
    channel.take(text);
    EXPECT_EQ(text, "");
}

TEST(Channel, WritesWhatWasQueuedBeforeItWasClosed) {
    Channel channel;
    channel.push({.data = "a"});
    channel.close();
    EXPECT_TRUE(channel.closed());
    EXPECT_FALSE(channel.push({.data = "b"}));
    std::string text;
    EXPECT_EQ(channel.take(text), Channel::State::closed);
    EXPECT_EQ(text, "data: a\n\n");
}

TEST(Channel, DropsASubscriberThatDoesNotReadManyEvents) {
    Channel channel;
    for (std::size_t i = 0; i < EventChannel::kQueuedEvents; ++i)
        ASSERT_TRUE(channel.push({.data = "a"}));
    EXPECT_FALSE(channel.push({.data = "one too many"}));
    EXPECT_TRUE(channel.closed());
    std::string text;
    EXPECT_EQ(channel.take(text), Channel::State::dropped);
    EXPECT_EQ(text, "");
}

TEST(Channel, DropsASubscriberThatDoesNotReadMuchButTakesOneLargeEvent) {
    Channel channel;
    EXPECT_TRUE(channel.push({.data = std::string(EventChannel::kQueuedBytes * 2, 'a')}));
    EXPECT_FALSE(channel.push({.data = "a"}));
}

TEST(Channel, WakesTheWriterOnceForManyEvents) {
    Channel channel;
    int woken = 0;
    EXPECT_TRUE(channel.attach([&] { ++woken; }));
    channel.push({.data = "a"});
    channel.push({.data = "b"});
    EXPECT_EQ(woken, 1);
    std::string text;
    channel.take(text);
    channel.push({.data = "c"});
    EXPECT_EQ(woken, 2);
    channel.close();
    channel.close();
    EXPECT_EQ(woken, 3);
    channel.end();
    EXPECT_FALSE(channel.attach([] {})) << "a channel feeds one response";
}

TEST(Channel, TellsItsEndOnce) {
    Channel channel;
    int ended = 0;
    channel.on_close([&] { ++ended; });
    channel.close();
    EXPECT_EQ(ended, 0) << "the stream may still be writing";
    channel.end();
    channel.end();
    EXPECT_EQ(ended, 1);
    channel.on_close([&] { ended += 10; });
    EXPECT_EQ(ended, 11) << "too late: told at once";
}

TEST(Channel, EndsWhenNoResponseEverCarriedIt) {
    bool ended = false;
    auto channel = EventChannel::make();
    channel->on_close([&] { ended = true; });
    channel.reset();
    EXPECT_TRUE(ended);
}

TEST(Channel, TakesEventsFromManyThreads) {
    Channel channel;
    constexpr int kThreads = 4;
    constexpr int kEach = 200;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back([&] {
            for (int n = 0; n < kEach; ++n) channel.push({.data = "x"});
        });
    for (std::thread& thread : threads) thread.join();
    std::string text;
    channel.take(text);
    EXPECT_EQ(text.size(), std::string("data: x\n\n").size() * kThreads * kEach);
}

}  // namespace
}  // namespace stele::http
