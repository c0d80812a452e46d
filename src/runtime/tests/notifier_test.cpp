// Notifier: who waits is woken, nothing that rang meanwhile is missed.
#include "runtime/notifier.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "runtime/context.hpp"
#include "runtime/settings.hpp"

namespace stele::runtime {
namespace {

using namespace std::chrono_literals;

TEST(Notifier, WakesAsManyAsAreAsked) {
    Notifier notifier;
    int woken = 0;
    std::vector<std::shared_ptr<Notifier::Waiting>> waiting;
    for (int i = 0; i < 5; ++i)
        waiting.push_back(notifier.wait({"a", "b"}, notifier.ticket({"a", "b"}), [&] { ++woken; }));
    notifier.notify("c");
    EXPECT_EQ(woken, 0);
    notifier.notify("a", 2);
    EXPECT_EQ(woken, 2);
    notifier.notify("b", 1);
    EXPECT_EQ(woken, 3);
    waiting.pop_back();  // gave up: not counted
    notifier.notify("a", 1);
    EXPECT_EQ(woken, 4);
    notifier.notify("a");
    EXPECT_EQ(woken, 4);
}

TEST(Notifier, WhatRangSinceTheTicketIsHeardAtOnce) {
    Notifier notifier;
    const auto ticket = notifier.ticket({"a"});
    notifier.notify("a");
    bool woken = false;
    const auto waiting = notifier.wait({"a"}, ticket, [&] { woken = true; });
    EXPECT_TRUE(woken);
}

TEST(Notifier, TellsOfItsOwnRingsThatNobodyHereTook) {
    Notifier notifier;
    std::vector<std::string> told;
    notifier.on_notify([&](const std::string& name) { told.push_back(name); });
    notifier.notify("a");
    notifier.notify_local("b");
    EXPECT_EQ(told, std::vector<std::string>{"a"});

    const auto waiting = notifier.wait({"c"}, notifier.ticket({"c"}), [] {});
    notifier.notify("c", 1);
    EXPECT_EQ(told.size(), 1u) << "the one who waited here takes it";
    const auto again = notifier.wait({"c"}, notifier.ticket({"c"}), [] {});
    notifier.notify("c", 2);
    EXPECT_EQ(told.size(), 2u) << "there is one more than waited here";
}

TEST(Notifier, ForgetsThoseThatNobodyWaitsFor) {
    Notifier notifier;
    for (int i = 0; i < 10'000; ++i) {
        const std::string name = std::to_string(i);
        notifier.wait({name}, notifier.ticket({name}), [] {});
    }
    bool woken = false;
    const auto waiting = notifier.wait({"a"}, notifier.ticket({"a"}), [&] { woken = true; });
    notifier.notify("a");
    EXPECT_TRUE(woken);
}

TEST(Notifier, RingersAndWaitersThatRace) {
    Notifier notifier;
    std::atomic<int> seen = 0;
    std::jthread ringer([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) notifier.notify("a", 1);
    });
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 500; ++i) {
                notifier.wait({"a"}, notifier.ticket({"a"}), i % 3 ? 10'000ms : 0ms, {});
                ++seen;
            }
        });
    threads.clear();
    EXPECT_EQ(seen, 2000);
}

}  // namespace
}  // namespace stele::runtime
