#include "jobs/fronts.hpp"

#include <gtest/gtest.h>

namespace stele::jobs {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

const Fronts::Queue kQueue{1, {}, {}, "default"};
const Fronts::Place kPlace{100, {5'000'000}};
const Fronts::Time kNow{std::chrono::hours(1)};
constexpr microseconds kSlowly{4000};

TEST(Fronts, AQuickLookLeavesNothingBehind) {
    Fronts fronts;
    EXPECT_EQ(fronts.begin(kQueue, kNow), Fronts::kHead);
    fronts.found(kQueue, Fronts::kHead, kPlace, microseconds(200), kNow);
    EXPECT_EQ(fronts.begin(kQueue, kNow), Fronts::kHead);
}

TEST(Fronts, AfterASlowLookOthersBeginWhereItsFirstJobWas) {
    Fronts fronts;
    fronts.found(kQueue, Fronts::kHead, kPlace, kSlowly, kNow);
    EXPECT_EQ(fronts.begin(kQueue, kNow + milliseconds(39)), kPlace);
    EXPECT_EQ(fronts.begin({2, {}, {}, "default"}, kNow), Fronts::kHead);
    EXPECT_EQ(fronts.begin({1, {}, {}, "other"}, kNow), Fronts::kHead);
}

TEST(Fronts, OneLookFromTheHeadAtATime) {
    Fronts fronts;
    fronts.found(kQueue, Fronts::kHead, kPlace, kSlowly, kNow);
    const auto later = kNow + milliseconds(40);
    EXPECT_EQ(fronts.begin(kQueue, later), Fronts::kHead);
    EXPECT_EQ(fronts.begin(kQueue, later), kPlace);
    EXPECT_EQ(fronts.begin(kQueue, later + milliseconds(1000)), Fronts::kHead)
        << "the one before never came back";
}

TEST(Fronts, LooksThatBeganThereMoveItForwardAndNeverBack) {
    Fronts fronts;
    fronts.found(kQueue, Fronts::kHead, kPlace, kSlowly, kNow);
    const Fronts::Place next{100, {6'000'000}};
    fronts.found(kQueue, kPlace, next, kSlowly, kNow);
    fronts.found(kQueue, kPlace, kPlace, kSlowly, kNow);
    fronts.found(kQueue, kPlace, {}, kSlowly, kNow);
    EXPECT_EQ(fronts.begin(kQueue, kNow), next);
}

TEST(Fronts, ALookFromTheHeadMovesItBack) {
    Fronts fronts;
    fronts.found(kQueue, Fronts::kHead, kPlace, kSlowly, kNow);
    const Fronts::Place urgent{1, {7'000'000}};
    fronts.found(kQueue, Fronts::kHead, urgent, kSlowly, kNow);
    EXPECT_EQ(fronts.begin(kQueue, kNow), urgent);
}

TEST(Fronts, ALookFromTheHeadThatFindsNothingKeepsThePlace) {
    Fronts fronts;
    fronts.found(kQueue, Fronts::kHead, kPlace, kSlowly, kNow);
    const auto later = kNow + milliseconds(40);
    ASSERT_EQ(fronts.begin(kQueue, later), Fronts::kHead);
    fronts.found(kQueue, Fronts::kHead, {}, kSlowly, later);
    EXPECT_EQ(fronts.begin(kQueue, later), kPlace);
    EXPECT_EQ(fronts.begin(kQueue, later + milliseconds(40)), Fronts::kHead);
}

TEST(Fronts, WithoutAPlaceALookFromTheHeadThatFindsNothingLeavesNone) {
    Fronts fronts;
    fronts.found(kQueue, Fronts::kHead, {}, kSlowly, kNow);
    EXPECT_EQ(fronts.begin(kQueue, kNow), Fronts::kHead);
}

TEST(Fronts, OneOfThoseWhoWaitIsToldTheNextLookFromTheHead) {
    Fronts fronts;
    constexpr milliseconds usual{1000};
    EXPECT_EQ(fronts.look_again(kQueue, kNow, usual), usual);
    fronts.found(kQueue, Fronts::kHead, kPlace, kSlowly, kNow);
    EXPECT_EQ(fronts.look_again(kQueue, kNow, usual), milliseconds(40));
    EXPECT_EQ(fronts.look_again(kQueue, kNow, usual), usual);
    ASSERT_EQ(fronts.begin(kQueue, kNow + milliseconds(40)), Fronts::kHead);
    EXPECT_LT(fronts.look_again(kQueue, kNow + milliseconds(41), usual), usual)
        << "the next one is told again";
}

}  // namespace
}  // namespace stele::jobs
