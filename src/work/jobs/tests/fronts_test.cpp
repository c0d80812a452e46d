#include "work/jobs/fronts.hpp"

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

TEST(Fronts, WhereAKeeperIsAtWorkItLooksFromTheHead) {
    Fronts fronts;
    EXPECT_TRUE(fronts.to_scout(1, kNow).empty());
    fronts.found(kQueue, Fronts::kHead, kPlace, kSlowly, kNow);
    EXPECT_EQ(fronts.begin(kQueue, kNow + milliseconds(1500)), kPlace) << "it comes once a second";
    EXPECT_TRUE(fronts.to_scout(2, kNow).empty()) << "another database";
    const auto known = fronts.to_scout(1, kNow + milliseconds(1000));
    ASSERT_EQ(known.size(), 1);
    EXPECT_EQ(known[0].place, kPlace);
    EXPECT_FALSE(fronts.scouted(known[0], kPlace, kSlowly, kNow + milliseconds(1000)));
    const Fronts::Place urgent{1, {7'000'000}};
    EXPECT_TRUE(fronts.scouted(known[0], urgent, kSlowly, kNow + milliseconds(2000)));
    EXPECT_EQ(fronts.begin(kQueue, kNow + milliseconds(6500)), urgent);
    EXPECT_EQ(fronts.begin(kQueue, kNow + milliseconds(7500)), Fronts::kHead) << "it is gone";
}

TEST(Fronts, AQueueThatIsQuickAgainIsReadFromItsHead) {
    Fronts fronts;
    fronts.found(kQueue, Fronts::kHead, kPlace, kSlowly, kNow);
    const auto known = fronts.to_scout(1, kNow);
    EXPECT_FALSE(fronts.scouted(known.at(0), kPlace, microseconds(300), kNow));
    EXPECT_EQ(fronts.begin(kQueue, kNow), Fronts::kHead);
}

TEST(Fronts, MoreUrgentJobsOfThisProcessAreSeenAtOnce) {
    Fronts fronts;
    fronts.lower(kQueue, 1);
    fronts.found(kQueue, Fronts::kHead, kPlace, kSlowly, kNow);
    fronts.lower(kQueue, 200);
    EXPECT_EQ(fronts.begin(kQueue, kNow), kPlace);
    fronts.lower(kQueue, 1);
    EXPECT_LE(fronts.begin(kQueue, kNow), (Fronts::Place{1, {6'000'000}}));
}

}  // namespace
}  // namespace stele::jobs
