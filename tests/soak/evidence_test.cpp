// That the soak can fail: each breach is put in by hand, and must be found.
#include "soak/evidence.hpp"

#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

namespace stele::soak {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Two jobs, one of which was taken over after its worker fell silent.
Evidence good() {
    Evidence seen;
    seen.acknowledged = {{"k1", "a"}, {"k2", "b"}};
    seen.jobs = {{"a", {"complete", 1}}, {"b", {"complete", 2}}};
    seen.runs = {{"a", 1, 3'000'000, 10, 20},
                 {"b", 1, 3'000'000, 10, {}},
                 {"b", 2, 9'000'000, 3'000'500, 3'000'600}};
    seen.acks = {{"a", 1, 30}, {"b", 2, 3'000'700}};
    return seen;
}

TEST(Evidence, WhatIsRightIsNoBreach) {
    EXPECT_THAT(breaches(good()), IsEmpty());
}

TEST(Evidence, ARunRecordedTwiceIsFound) {
    Evidence seen = good();
    seen.runs.push_back({"a", 1, 3'000'000, 25, 28});
    EXPECT_THAT(breaches(seen), ElementsAre(HasSubstr("generation 1 was run twice")));
}

TEST(Evidence, TwoRunsAtOnceWithinALeaseAreFound) {
    Evidence seen = good();
    seen.runs[2].began = 2'000'000;
    EXPECT_THAT(breaches(seen), ElementsAre(HasSubstr("generation 2 began 1000 ms before")));
    seen.runs[1].ended = 1'999'999;  // handed back before: one after the other
    EXPECT_THAT(breaches(seen), IsEmpty());
}

TEST(Evidence, ALostSubmissionIsFound) {
    Evidence seen = good();
    seen.acknowledged["k3"] = "c";
    EXPECT_THAT(breaches(seen), ElementsAre(HasSubstr("k3 (c) was acknowledged and is lost")));
    seen.jobs["c"] = {"failed", 1};
    EXPECT_THAT(breaches(seen), ElementsAre(HasSubstr("job c (k3) is failed")));
}

TEST(Evidence, ALostOrRepeatedCompletionIsFound) {
    Evidence seen = good();
    seen.acks.push_back({"a", 1, 35});
    EXPECT_THAT(breaches(seen), ElementsAre(HasSubstr("two completions")));
    seen = good();
    seen.acks[1].generation = 1;
    EXPECT_THAT(breaches(seen), ElementsAre(HasSubstr("completion of generation 1 is lost")));
    seen = good();
    seen.acks[1].at = 100;  // before its second run
    EXPECT_THAT(breaches(seen), ElementsAre(HasSubstr("run again after it was complete")));
    seen = good();
    seen.runs[0].ended.reset();
    EXPECT_THAT(breaches(seen), ElementsAre(HasSubstr("never ran to its end")));
}

TEST(Evidence, WhatStaysInTheQueueIsFound) {
    Evidence seen = good();
    seen.live = 1;
    EXPECT_THAT(breaches(seen), ElementsAre("1 rows stayed in job_queue"));
}

TEST(Evidence, GrowthIsFound) {
    EXPECT_THAT(size_breaches({0, 1 << 20, 0}, {5'500, 3 << 20, 0}, 100), IsEmpty());
    EXPECT_THAT(size_breaches({0, 1 << 20, 0}, {7'000, 1 << 20, 0}, 100),
                ElementsAre("job_queue has 7000 dead rows, 6800 are allowed"));
    EXPECT_THAT(size_breaches({0, 8 << 20, 0}, {0, 15 << 20, 0}, 100),
                ElementsAre(HasSubstr("in the second half")));
    EXPECT_THAT(ledger_breaches({0, 10 << 20, 1'000}, {549, 20 << 20, 2'000}, 33), IsEmpty());
    EXPECT_THAT(ledger_breaches({0, 10 << 20, 1'000}, {550, 40 << 20, 2'000}, 33),
                ElementsAre("jobs has 550 dead rows, 549 are allowed", HasSubstr("jobs grew")));
    EXPECT_THAT(snapshot_breaches({11'000, 0, 0}, {0, 0, 0}, 1'000), IsEmpty());
    EXPECT_THAT(snapshot_breaches({11'001, 0, 0}, {1, 0, 0}, 1'000),
                ElementsAre(HasSubstr("11001 dead rows"), HasSubstr("are left")));
}

}  // namespace
}  // namespace stele::soak
