// Cron expressions, on a clock without a zone.
#include "work/jobs/schedules/cron.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/clock.hpp"
#include "foundation/base/error.hpp"

namespace stele::jobs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

WallMinute minute(std::string_view text) {
    return std::chrono::floor<std::chrono::minutes>(
        std::chrono::sys_time<std::chrono::microseconds>{
            std::chrono::microseconds{parse_timestamp(std::string(text) + ":00Z")->micros}});
}

std::string text(WallMinute at) {
    return to_rfc3339({at.time_since_epoch().count() * 60'000'000}).substr(0, 16);
}

struct Case {
    const char *expression, *from, *after, *not_after;
};

TEST(Cron, FindsTheNextAndTheLastTime) {
    // 2026-11-20 is a Friday.
    const Case cases[] = {
        {"* * * * *", "2026-11-20T10:30", "2026-11-20T10:31", "2026-11-20T10:30"},
        {"0 * * * *", "2026-11-20T10:30", "2026-11-20T11:00", "2026-11-20T10:00"},
        {"*/15 * * * *", "2026-11-20T10:46", "2026-11-20T11:00", "2026-11-20T10:45"},
        {"5-10/5,40 * * * *", "2026-11-20T10:07", "2026-11-20T10:10", "2026-11-20T10:05"},
        {"30 6 * * MON-FRI", "2026-11-20T06:30", "2026-11-23T06:30", "2026-11-20T06:30"},
        {"30 6 * * mon-fri", "2026-11-22T00:00", "2026-11-23T06:30", "2026-11-20T06:30"},
        {"0 0 * * 0", "2026-11-20T10:30", "2026-11-22T00:00", "2026-11-15T00:00"},
        {"0 0 * * 7", "2026-11-20T10:30", "2026-11-22T00:00", "2026-11-15T00:00"},
        {"0 0 * * 5-7", "2026-11-20T10:30", "2026-11-21T00:00", "2026-11-20T00:00"},
        {"0 12 1 JAN,JUL *", "2026-11-20T10:30", "2027-01-01T12:00", "2026-07-01T12:00"},
        // Either of the two days, unless one of the fields begins with *.
        {"0 0 13 * FRI", "2026-11-20T10:30", "2026-11-27T00:00", "2026-11-20T00:00"},
        {"0 0 13 * FRI", "2026-12-11T10:30", "2026-12-13T00:00", "2026-12-11T00:00"},
        {"0 0 */2 * FRI", "2026-11-20T10:30", "2026-11-27T00:00", "2026-11-13T00:00"},
        {"0 0 31 * *", "2026-11-20T10:30", "2026-12-31T00:00", "2026-10-31T00:00"},
        {"0 0 29 2 *", "2026-11-20T10:30", "2028-02-29T00:00", "2024-02-29T00:00"},
        {"0 0 29 2 *", "2096-03-01T00:00", "2104-02-29T00:00", "2096-02-29T00:00"},
        {"@hourly", "2026-11-20T10:30", "2026-11-20T11:00", "2026-11-20T10:00"},
        {"@daily", "2026-11-20T10:30", "2026-11-21T00:00", "2026-11-20T00:00"},
        {"@Midnight", "2026-11-20T10:30", "2026-11-21T00:00", "2026-11-20T00:00"},
        {"@weekly", "2026-11-20T10:30", "2026-11-22T00:00", "2026-11-15T00:00"},
        {"@monthly", "2026-11-20T10:30", "2026-12-01T00:00", "2026-11-01T00:00"},
        {"@yearly", "2026-11-20T10:30", "2027-01-01T00:00", "2026-01-01T00:00"},
        {"  59\t23 31 12 *  ", "2026-12-31T23:59", "2027-12-31T23:59", "2026-12-31T23:59"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.expression);
        const Cron cron = Cron::parse(c.expression);
        EXPECT_EQ(text(cron.after(minute(c.from))), c.after);
        EXPECT_EQ(text(cron.not_after(minute(c.from))), c.not_after);
    }
}

TEST(Cron, RefusesWhatItCannotRead) {
    const std::pair<const char*, const char*> cases[] = {
        {"60 * * * *", "minute: 60 is not in 0 to 59"},
        {"* 24 * * *", "hour: 24"},
        {"* * 0 * *", "day of month: 0 is not in 1 to 31"},
        {"* * * 13 *", "month: 13"},
        {"* * * FOO *", "month: expected a number, got \"FOO\""},
        {"* * * * 8", "day of week: 8"},
        {"* * * MON *", "month: expected a number, got \"MON\""},
        {"*/0 * * * *", "minute: step \"0\""},
        {"*/ * * * *", "minute: step \"\""},
        {"5/10 * * * *", "minute: \"5/10\": a step needs * or a range"},
        {"30-10 * * * *", "minute: range 30-10 ends before it begins"},
        {"1,,2 * * * *", "minute: expected a number, got \"\""},
        {"1, * * * *", "minute: expected a number, got \"\""},
        {"-1 * * * *", "minute: expected a number"},
        {"1- * * * *", "minute: expected a number"},
        {"0 0 30 2 *", "day of month: \"30\" never comes in month 2"},
        {"* * * *", "expected five fields, got 4"},
        {"0 * * * * *", "expected five fields, got 6"},
        {"", "expected five fields, got 0"},
        {"@fortnightly", "expected five fields, got 1"},
    };
    for (const auto& [expression, problem] : cases) {
        SCOPED_TRACE(expression);
        try {
            Cron::parse(expression);
            ADD_FAILURE() << "was taken";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::invalid_argument);
            EXPECT_THAT(error.what(), AllOf(HasSubstr("schedule"), HasSubstr(problem)));
        }
    }
}

}  // namespace
}  // namespace stele::jobs
