#include "work/jobs/queue/queue_head_hints.hpp"

#include <gtest/gtest.h>

namespace stele::jobs {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

const QueueHeadHints::Queue kQueue{1, {}, {}, "default"};
const QueueHeadHints::Place kPlace{100, {5'000'000}};
const QueueHeadHints::Time kNow{std::chrono::hours(1)};
constexpr microseconds kSlowly{4000};

TEST(QueueHeadHints, AQuickLookLeavesNothingBehind) {
    QueueHeadHints fronts;
    EXPECT_EQ(fronts.begin(kQueue, kNow), QueueHeadHints::kHead);
    fronts.found(kQueue, QueueHeadHints::kHead, kPlace, microseconds(200), kNow);
    EXPECT_EQ(fronts.begin(kQueue, kNow), QueueHeadHints::kHead);
}

TEST(QueueHeadHints, AfterASlowLookOthersBeginWhereItsFirstJobWas) {
    QueueHeadHints fronts;
    fronts.found(kQueue, QueueHeadHints::kHead, kPlace, kSlowly, kNow);
    EXPECT_EQ(fronts.begin(kQueue, kNow + milliseconds(39)), kPlace);
    EXPECT_EQ(fronts.begin({2, {}, {}, "default"}, kNow), QueueHeadHints::kHead);
    EXPECT_EQ(fronts.begin({1, {}, {}, "other"}, kNow), QueueHeadHints::kHead);
}

TEST(QueueHeadHints, OneLookFromTheHeadAtATime) {
    QueueHeadHints fronts;
    fronts.found(kQueue, QueueHeadHints::kHead, kPlace, kSlowly, kNow);
    const auto later = kNow + milliseconds(40);
    EXPECT_EQ(fronts.begin(kQueue, later), QueueHeadHints::kHead);
    EXPECT_EQ(fronts.begin(kQueue, later), kPlace);
    EXPECT_EQ(fronts.begin(kQueue, later + milliseconds(1000)), QueueHeadHints::kHead)
        << "the one before never came back";
}

TEST(QueueHeadHints, LooksThatBeganThereMoveItForwardAndNeverBack) {
    QueueHeadHints fronts;
    fronts.found(kQueue, QueueHeadHints::kHead, kPlace, kSlowly, kNow);
    const QueueHeadHints::Place next{100, {6'000'000}};
    fronts.found(kQueue, kPlace, next, kSlowly, kNow);
    fronts.found(kQueue, kPlace, kPlace, kSlowly, kNow);
    fronts.found(kQueue, kPlace, {}, kSlowly, kNow);
    EXPECT_EQ(fronts.begin(kQueue, kNow), next);
}

TEST(QueueHeadHints, ALookFromTheHeadMovesItBack) {
    QueueHeadHints fronts;
    fronts.found(kQueue, QueueHeadHints::kHead, kPlace, kSlowly, kNow);
    const QueueHeadHints::Place urgent{1, {7'000'000}};
    fronts.found(kQueue, QueueHeadHints::kHead, urgent, kSlowly, kNow);
    EXPECT_EQ(fronts.begin(kQueue, kNow), urgent);
}

TEST(QueueHeadHints, ALookFromTheHeadThatFindsNothingKeepsThePlace) {
    QueueHeadHints fronts;
    fronts.found(kQueue, QueueHeadHints::kHead, kPlace, kSlowly, kNow);
    const auto later = kNow + milliseconds(40);
    ASSERT_EQ(fronts.begin(kQueue, later), QueueHeadHints::kHead);
    fronts.found(kQueue, QueueHeadHints::kHead, {}, kSlowly, later);
    EXPECT_EQ(fronts.begin(kQueue, later), kPlace);
    EXPECT_EQ(fronts.begin(kQueue, later + milliseconds(40)), QueueHeadHints::kHead);
}

TEST(QueueHeadHints, WithoutAPlaceALookFromTheHeadThatFindsNothingLeavesNone) {
    QueueHeadHints fronts;
    fronts.found(kQueue, QueueHeadHints::kHead, {}, kSlowly, kNow);
    EXPECT_EQ(fronts.begin(kQueue, kNow), QueueHeadHints::kHead);
}

TEST(QueueHeadHints, OneOfThoseWhoWaitIsToldTheNextLookFromTheHead) {
    QueueHeadHints fronts;
    constexpr milliseconds usual{1000};
    EXPECT_EQ(fronts.look_again(kQueue, kNow, usual), usual);
    fronts.found(kQueue, QueueHeadHints::kHead, kPlace, kSlowly, kNow);
    EXPECT_EQ(fronts.look_again(kQueue, kNow, usual), milliseconds(40));
    EXPECT_EQ(fronts.look_again(kQueue, kNow, usual), usual);
    ASSERT_EQ(fronts.begin(kQueue, kNow + milliseconds(40)), QueueHeadHints::kHead);
    EXPECT_LT(fronts.look_again(kQueue, kNow + milliseconds(41), usual), usual)
        << "the next one is told again";
}

TEST(QueueHeadHints, WhereAKeeperIsAtWorkItLooksFromTheHead) {
    QueueHeadHints fronts;
    EXPECT_TRUE(fronts.due_for_probe(1, kNow).empty());
    fronts.found(kQueue, QueueHeadHints::kHead, kPlace, kSlowly, kNow);
    EXPECT_EQ(fronts.begin(kQueue, kNow + milliseconds(1500)), kPlace) << "it comes once a second";
    EXPECT_TRUE(fronts.due_for_probe(2, kNow).empty()) << "another database";
    const auto known = fronts.due_for_probe(1, kNow + milliseconds(1000));
    ASSERT_EQ(known.size(), 1);
    EXPECT_EQ(known[0].place, kPlace);
    EXPECT_FALSE(fronts.probed(known[0], kPlace, kSlowly, kNow + milliseconds(1000)));
    const QueueHeadHints::Place urgent{1, {7'000'000}};
    EXPECT_TRUE(fronts.probed(known[0], urgent, kSlowly, kNow + milliseconds(2000)));
    EXPECT_EQ(fronts.begin(kQueue, kNow + milliseconds(6500)), urgent);
    EXPECT_EQ(fronts.begin(kQueue, kNow + milliseconds(7500)), QueueHeadHints::kHead)
        << "it is gone";
}

TEST(QueueHeadHints, AQueueThatIsQuickAgainIsReadFromItsHead) {
    QueueHeadHints fronts;
    fronts.found(kQueue, QueueHeadHints::kHead, kPlace, kSlowly, kNow);
    const auto known = fronts.due_for_probe(1, kNow);
    EXPECT_FALSE(fronts.probed(known.at(0), kPlace, microseconds(300), kNow));
    EXPECT_EQ(fronts.begin(kQueue, kNow), QueueHeadHints::kHead);
}

TEST(QueueHeadHints, MoreUrgentJobsOfThisProcessAreSeenAtOnce) {
    QueueHeadHints fronts;
    fronts.lower(kQueue, 1);
    fronts.found(kQueue, QueueHeadHints::kHead, kPlace, kSlowly, kNow);
    fronts.lower(kQueue, 200);
    EXPECT_EQ(fronts.begin(kQueue, kNow), kPlace);
    fronts.lower(kQueue, 1);
    EXPECT_LE(fronts.begin(kQueue, kNow), (QueueHeadHints::Place{1, {6'000'000}}));
}

}  // namespace
}  // namespace stele::jobs
