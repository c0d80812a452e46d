// Bells: who waits is woken, nothing that rang meanwhile is missed.
#include "api/bells.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "api/context.hpp"
#include "api/settings.hpp"

namespace stele::api {
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

// An operation that finds something at its third look.
struct Patient : ::testing::Test {
    Patient() {
        op.patience = [](const Context&, const json::value& input) {
            return Patience{{"a"}, std::chrono::milliseconds(input.as_int64())};
        };
        op.nothing_yet = [](const json::value& output) { return output.as_int64() < 3; };
        op.run = [this](Context&, const json::value&) -> json::value { return ++looks; };
    }
    json::value run(int milliseconds, Bells* bells) {
        Settings settings;
        // No operation here comes near the database.
        alignas(16) static char nothing[1];
        Context context{
            {}, settings, reinterpret_cast<pg::Database&>(nothing), nullptr, deadline_in(60s)};
        context.bells = bells;
        return run_patiently(op, context, milliseconds);
    }
    Operation op;
    std::atomic<std::int64_t> looks = 0;
};

TEST_F(Patient, LooksAgainUntilThereIsSomething) {
    EXPECT_EQ(run(10'000, nullptr), json::value(3));  // once a second
}

TEST_F(Patient, IsWokenByABell) {
    Bells bells;
    std::jthread ringer([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            bells.ring("a");
            std::this_thread::sleep_for(1ms);
        }
    });
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(run(10'000, &bells), json::value(3));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 1s);
}

TEST_F(Patient, GivesUpInTime) {
    EXPECT_EQ(run(0, nullptr), json::value(1));
    EXPECT_EQ(run(50, nullptr), json::value(3));  // the second and the last look
}

}  // namespace
}  // namespace stele::api
