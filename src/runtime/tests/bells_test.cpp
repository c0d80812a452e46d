// Bells: who waits is woken, nothing that rang meanwhile is missed.
#include "runtime/bells.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "runtime/context.hpp"
#include "runtime/settings.hpp"

namespace stele::runtime {
namespace {

using namespace std::chrono_literals;

TEST(Bells, WakesAsManyAsAreAsked) {
    Bells bells;
    int woken = 0;
    std::vector<std::shared_ptr<Bells::Waiting>> waiting;
    for (int i = 0; i < 5; ++i)
        waiting.push_back(bells.wait({"a", "b"}, bells.ticket({"a", "b"}), [&] { ++woken; }));
    bells.ring("c");
    EXPECT_EQ(woken, 0);
    bells.ring("a", 2);
    EXPECT_EQ(woken, 2);
    bells.ring("b", 1);
    EXPECT_EQ(woken, 3);
    waiting.pop_back();  // gave up: not counted
    bells.ring("a", 1);
    EXPECT_EQ(woken, 4);
    bells.ring("a");
    EXPECT_EQ(woken, 4);
}

TEST(Bells, WhatRangSinceTheTicketIsHeardAtOnce) {
    Bells bells;
    const auto ticket = bells.ticket({"a"});
    bells.ring("a");
    bool woken = false;
    const auto waiting = bells.wait({"a"}, ticket, [&] { woken = true; });
    EXPECT_TRUE(woken);
}

TEST(Bells, TellsOfItsOwnRingsThatNobodyHereTook) {
    Bells bells;
    std::vector<std::string> told;
    bells.on_ring([&](const std::string& name) { told.push_back(name); });
    bells.ring("a");
    bells.heard("b");
    EXPECT_EQ(told, std::vector<std::string>{"a"});

    const auto waiting = bells.wait({"c"}, bells.ticket({"c"}), [] {});
    bells.ring("c", 1);
    EXPECT_EQ(told.size(), 1u) << "the one who waited here takes it";
    const auto again = bells.wait({"c"}, bells.ticket({"c"}), [] {});
    bells.ring("c", 2);
    EXPECT_EQ(told.size(), 2u) << "there is one more than waited here";
}

TEST(Bells, ForgetsThoseThatNobodyWaitsFor) {
    Bells bells;
    for (int i = 0; i < 10'000; ++i) {
        const std::string name = std::to_string(i);
        bells.wait({name}, bells.ticket({name}), [] {});
    }
    bool woken = false;
    const auto waiting = bells.wait({"a"}, bells.ticket({"a"}), [&] { woken = true; });
    bells.ring("a");
    EXPECT_TRUE(woken);
}

TEST(Bells, RingersAndWaitersThatRace) {
    Bells bells;
    std::atomic<int> seen = 0;
    std::jthread ringer([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) bells.ring("a", 1);
    });
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 500; ++i) {
                bells.wait({"a"}, bells.ticket({"a"}), i % 3 ? 10'000ms : 0ms, {});
                ++seen;
            }
        });
    threads.clear();
    EXPECT_EQ(seen, 2000);
}

}  // namespace
}  // namespace stele::runtime
