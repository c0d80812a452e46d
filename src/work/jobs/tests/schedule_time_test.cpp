// A schedule's time as text and as an object: what the text means is what the object says.
#include "work/jobs/schedules/schedule_time.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/error.hpp"

namespace stele::jobs {
namespace {

// Lines as they stand in crontabs.
constexpr const char* kCrontab[] = {"* * * * *",
                                    "*/5 * * * *",
                                    "*/15 * * * *",
                                    "0 * * * *",
                                    "0 0 * * *",
                                    "0 4 * * *",
                                    "00 04 * * *",
                                    "05 9-17 * * *",
                                    "30 9-17 * * MON-FRI",
                                    "0 10-18 * * *",
                                    "15 8-18 * * 1-5",
                                    "0 9-17 * * *",
                                    "0 22-23 * * *",
                                    "17 * * * *",
                                    "25 6 * * *",
                                    "47 6 * * 7",
                                    "52 6 1 * *",
                                    "0 0 1 1 *",
                                    "0 0 1 */3 *",
                                    "0 0 1,15 * *",
                                    "0 8,12,18 * * *",
                                    "0 */2 * * *",
                                    "10 */6 * * *",
                                    "*/10 8-20 * * *",
                                    "0-30/10 * * * *",
                                    "5-55/10 * * * *",
                                    "0 0 * * 0",
                                    "0 0 * * SUN",
                                    "0 0 * * sun",
                                    "0 3 * * 6,0",
                                    "30 2 * * MON,WED,FRI",
                                    "0 12 * JAN-MAR *",
                                    "0 12 * 1-3 *",
                                    "0 12 * jan,jul *",
                                    "59 23 31 12 *",
                                    "0 0 29 2 *",
                                    "0 9 1-7 * MON",
                                    "0 9 8-14 * 2",
                                    "1-59/2 * * * *",
                                    "0,30 * * * *",
                                    "0\t5\t*\t*\t*",
                                    "  0 5 * * *  ",
                                    "12-14 3 * * *",
                                    "00 10-12 * * 1-5",
                                    "1 1-1 * * *",
                                    "@hourly",
                                    "@daily",
                                    "@midnight",
                                    "@weekly",
                                    "@monthly",
                                    "@yearly",
                                    "@annually"};

class Crontab : public ::testing::TestWithParam<const char*> {};

TEST_P(Crontab, MeansTheSameAsTextAndAsObject) {
    const char* line = GetParam();
    const When text = parse_when(json::value(line));
    const When object = parse_when(json::object{{"cron", line}});
    EXPECT_EQ(text.kind, WhenKind::cron);
    EXPECT_EQ(object.kind, WhenKind::cron);
    EXPECT_EQ(text.expression, object.expression);
    WallMinute at{std::chrono::minutes{29'000'000}};
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(text.cron.after(at), object.cron.after(at));
        at = text.cron.after(at);
    }
}

INSTANTIATE_TEST_SUITE_P(When, Crontab, ::testing::ValuesIn(kCrontab));

TEST(When, ADateBeginsWithFourDigits) {
    for (const char* text : {"2026-12-24T18:00:00Z", "2026-12-24 18:00:00Z", "2026-12-24"})
        EXPECT_EQ(parse_when(json::value(text)).kind, WhenKind::at) << text;
}

TEST(When, WhatLooksLikeADateIsRefusedAsOne) {
    try {
        parse_when(json::value("2026-13-24T18:00:00Z"));
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), ::testing::HasSubstr("is no RFC 3339 time"));
    }
}

}  // namespace
}  // namespace stele::jobs
