// Schedules: when they are due, once each, and what was missed.
#include "work/jobs/schedules/schedules.hpp"

#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <thread>

#include "work/jobs/tests/fixture.hpp"

namespace stele::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ScheduleInput every(std::string name, std::string time = "1h") {
    ScheduleInput in;
    in.name = std::move(name);
    in.schedule = json::object{{"every", time}};
    return in;
}

ScheduleInput cron(std::string name, std::string expression) {
    ScheduleInput in;
    in.name = std::move(name);
    in.schedule = json::string(expression);
    return in;
}

struct Bench : World {
    runtime::Context here = context();

    void due_since(const std::string& ago, const std::string& name = "s") {
        tell("UPDATE job_schedules SET next_at = now() - interval '" + ago + "' WHERE name = '" +
             name + "'");
    }
    Schedule see(const std::string& name = "s") {
        return schedules(here, {name, 1, {}}).schedules.at(0);
    }
    std::vector<Job> made() { return list(here, {}).jobs; }
    std::vector<std::string> next_in(const std::string& zone, const json::value& times,
                                     const std::string& from, int count) {
        ScheduleNextInput in;
        in.schedule = times;
        in.timezone = zone;
        in.from = parse_timestamp(from);
        in.count = count;
        std::vector<std::string> out;
        for (const Timestamp at : schedule_next(here, in).next)
            out.push_back(to_rfc3339(at).substr(0, 16));
        return out;
    }
};

TEST(Schedules, SubmitAJobWhenTheirTimeComes) {
    Bench bench;
    ScheduleInput in = every("s");
    in.job = "report";
    in.queue = "nightly";
    in.input = json::object{{"full", true}};
    in.priority = 7;
    in.group = "team";
    in.max_attempts = 2;
    in.origin = json::object{{"channel", "ops"}};
    const Schedule made = schedule(bench.here, in);
    EXPECT_THAT(made.next, SizeIs(3));
    EXPECT_EQ(fire_schedules(bench.here, 10), 0);
    bench.due_since("1 s");
    EXPECT_EQ(keep(bench.here), 1);
    EXPECT_EQ(keep(bench.here), 0);
    const auto jobs = take(bench.here, 5, "nightly");
    ASSERT_THAT(jobs, SizeIs(1));
    EXPECT_EQ(jobs[0].input, json::value(json::object{{"full", true}}));
    const Job job = get(bench.here, {jobs[0].id});
    EXPECT_EQ(job.name, "report");
    EXPECT_EQ(job.priority, 7);
    EXPECT_EQ(job.group, "team");
    EXPECT_EQ(job.max_attempts, 2);
    EXPECT_EQ(job.instance, "tester");
    EXPECT_EQ(job.origin->at("triggerType"), "cron");
    EXPECT_EQ(job.origin->at("schedule"), "s");
    EXPECT_EQ(job.origin->at("channel"), "ops");
    const Schedule after = bench.see();
    EXPECT_EQ(after.last_job_id, job.id);
    EXPECT_EQ(job.key, "schedule:s@" + to_rfc3339(*after.last_at));
    EXPECT_GT(*after.next_at, *after.last_at);
}

TEST(Schedules, OneTimeIsTheEnd) {
    Bench bench;
    ScheduleInput in = cron("s", "2999-12-24T18:00:00Z");
    EXPECT_THAT(schedule(bench.here, in).next, SizeIs(1));
    bench.due_since("5 s");
    keep(bench.here);
    EXPECT_THAT(bench.made(), SizeIs(1));
    EXPECT_FALSE(bench.see().next_at);
    // Saying the same again does not bring it back.
    EXPECT_FALSE(schedule(bench.here, in).next_at);
    in.schedule = "2001-01-01T00:00:00Z";
    EXPECT_EQ(code_of([&] { schedule(bench.here, in); }), Code::invalid_argument);
}

TEST(Schedules, ManyKeepersSubmitEachTimeOnce) {
    Bench bench;
    constexpr int kSchedules = 40, kKeepers = 8;
    for (int i = 0; i < kSchedules; ++i) schedule(bench.here, every("s" + std::to_string(i)));
    for (int round = 0; round < 3; ++round) {
        // Each round is another time, for it is later by the clock; nothing overlaps.
        bench.tell(
            "DELETE FROM job_queue; UPDATE job_schedules SET next_at = now() - interval '1 s'");
        std::vector<std::jthread> maintainers;
        for (int k = 0; k < kKeepers; ++k)
            maintainers.emplace_back([&] {
                runtime::Context context = bench.context();
                while (fire_schedules(context, 5) > 0) {
                }
            });
        maintainers.clear();
        EXPECT_EQ(bench.ask("SELECT count(*)::text FROM jobs"),
                  std::to_string(kSchedules * (round + 1)));
        EXPECT_EQ(bench.ask("SELECT count(*)::text FROM job_queue"), std::to_string(kSchedules));
    }
}

TEST(Schedules, ATransactionThatIsLostLeavesTheTimeDue) {
    Bench bench;
    schedule(bench.here, every("s"));
    bench.due_since("1 s");
    // What is done last in the transaction fails: the job must not be there either.
    bench.tell(
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the maintenance died'; END $$;"
        "CREATE TRIGGER fail BEFORE UPDATE OF last_job_id ON job_schedules FOR EACH ROW "
        "WHEN (NEW.last_job_id IS NOT NULL) EXECUTE FUNCTION fail()");
    EXPECT_EQ(fire_schedules(bench.here, 10), 1);
    EXPECT_THAT(bench.made(), IsEmpty());
    EXPECT_THAT(bench.see().note.value_or(""), HasSubstr("the maintenance died"));
    bench.tell("DROP TRIGGER fail ON job_schedules; UPDATE job_schedules SET retry_at = NULL");
    EXPECT_EQ(fire_schedules(bench.here, 10), 1);
    EXPECT_THAT(bench.made(), SizeIs(1));
    EXPECT_FALSE(bench.see().note);
    // A time whose job is there already makes no other, also when the schedule did not move on.
    bench.tell("UPDATE job_schedules SET next_at = last_at");
    ScheduleInput in = every("s");
    in.overlap = Overlap::allow;
    schedule(bench.here, in);
    EXPECT_EQ(fire_schedules(bench.here, 10), 1);
    EXPECT_THAT(bench.made(), SizeIs(1));
}

TEST(Schedules, ADaysSleepIsMadeUpForAsAsked) {
    const auto jobs_after = [](CatchUp catch_up, const json::value& times, const std::string& ago) {
        Bench bench;
        ScheduleInput in = every("s");
        in.schedule = times;
        in.catch_up = catch_up;
        in.overlap = Overlap::allow;
        in.timezone = "Europe/Berlin";
        schedule(bench.here, in);
        bench.due_since(ago);
        EXPECT_EQ(keep(bench.here), 1);
        EXPECT_EQ(keep(bench.here), 0);
        EXPECT_GT(*bench.see().next_at, now());
        return std::stoi(bench.ask("SELECT count(*)::text FROM jobs"));
    };
    EXPECT_EQ(jobs_after(CatchUp::one, "every 1h", "24 hours 5 minutes"), 1);
    EXPECT_EQ(jobs_after(CatchUp::all, "every 1h", "24 hours 5 minutes"), 25);
    EXPECT_EQ(jobs_after(CatchUp::none, "every 1h", "24 hours 5 minutes"), 0);
    EXPECT_EQ(jobs_after(CatchUp::none, "every 1h", "24 hours"), 1) << "the last is on time";
    EXPECT_EQ(jobs_after(CatchUp::one, "0 * * * *", "24 hours"), 1);
    EXPECT_EQ(jobs_after(CatchUp::all, "0 * * * *", "24 hours"), 24);
    EXPECT_EQ(jobs_after(CatchUp::all, "* * * * *", "24 hours"), limits::kCatchUp);
    EXPECT_EQ(jobs_after(CatchUp::all, "every 10s", "400 days"), limits::kCatchUp);
}

TEST(Schedules, OverlapIsSkippedUnlessAllowed) {
    Bench bench;
    schedule(bench.here, every("s"));
    bench.due_since("1 s");
    keep(bench.here);
    bench.due_since("0 s");
    keep(bench.here);
    EXPECT_THAT(bench.made(), SizeIs(1));
    EXPECT_THAT(bench.see().note.value_or(""), HasSubstr("the job before still lives"));
    complete(bench.here, done(take(bench.here)));
    bench.due_since("0 s");
    keep(bench.here);
    EXPECT_THAT(bench.made(), SizeIs(2));
    EXPECT_FALSE(bench.see().note);
    ScheduleInput in = every("s");
    in.overlap = Overlap::allow;
    schedule(bench.here, in);
    bench.due_since("0 s");
    keep(bench.here);
    EXPECT_THAT(bench.made(), SizeIs(3));
}

TEST(Schedules, APauseSubmitsNothing) {
    Bench bench;
    schedule(bench.here, every("s"));
    EXPECT_TRUE(pause_schedule(bench.here, {"s"}).paused);
    bench.due_since("5 hours");
    EXPECT_EQ(keep(bench.here), 0);
    EXPECT_THAT(bench.see().next, IsEmpty());
    // Replacing it leaves it paused.
    EXPECT_TRUE(schedule(bench.here, every("s")).paused);
    const Schedule back = resume_schedule(bench.here, {"s"});
    EXPECT_FALSE(back.paused);
    EXPECT_GT(*back.next_at, now());
    EXPECT_EQ(keep(bench.here), 0);
    EXPECT_EQ(code_of([&] { pause_schedule(bench.here, {"other"}); }), Code::not_found);
    // A single time is not lost.
    schedule(bench.here, cron("t", "2999-12-24T18:00:00Z"));
    pause_schedule(bench.here, {"t"});
    bench.due_since("5 hours", "t");
    EXPECT_EQ(keep(bench.here), 0);
    resume_schedule(bench.here, {"t"});
    EXPECT_EQ(keep(bench.here), 1);
    EXPECT_THAT(bench.made(), SizeIs(1));
}

TEST(Schedules, ADrainingQueueKeepsTheTimeDueAndSaysWhy) {
    Bench bench;
    schedule(bench.here, every("s"));
    schedule(bench.here, [] {
        ScheduleInput in = every("t");
        in.queue = "open";
        return in;
    }());
    drain(bench.here, {kDefaultQueue, false});
    bench.due_since("2 s");
    bench.due_since("1 s", "t");
    EXPECT_EQ(keep(bench.here), 2);
    EXPECT_THAT(bench.made(), SizeIs(1)) << "the other goes on";
    EXPECT_THAT(bench.see().note.value_or(""), HasSubstr("\"default\" is draining"));
    EXPECT_EQ(keep(bench.here), 0) << "it is not looked at all the time";
    drain(bench.here, {kDefaultQueue, true});
    bench.tell(
        "UPDATE job_schedules SET retry_at = now() - interval '1 s' WHERE retry_at IS NOT NULL");
    EXPECT_EQ(keep(bench.here), 1);
    EXPECT_THAT(bench.made(), SizeIs(2));
    EXPECT_FALSE(bench.see().note);
}

TEST(Schedules, ReplacingKeepsTheTimeUnlessTheTimesChange) {
    Bench bench;
    const Schedule first = schedule(bench.here, every("s"));
    bench.tell("UPDATE job_schedules SET next_at = next_at - interval '5 minutes'");
    ScheduleInput in = every("s");
    in.job = "other";
    const Schedule second = schedule(bench.here, in);
    EXPECT_EQ(second.job, "other");
    EXPECT_EQ(second.next_at->micros, first.next_at->micros - 300'000'000);
    EXPECT_EQ(second.created_at, first.created_at);
    in.schedule = "every 2h";
    EXPECT_GT(*schedule(bench.here, in).next_at, *first.next_at);
    EXPECT_TRUE(unschedule(bench.here, {"s"}).removed);
    EXPECT_FALSE(unschedule(bench.here, {"s"}).removed);
    EXPECT_THAT(schedules(bench.here, {}).schedules, IsEmpty());
}

TEST(Schedules, BelongToTheirTenant) {
    Bench bench;
    runtime::Context stranger = bench.stranger();
    schedule(bench.here, every("s"));
    schedule(stranger, every("s"));
    EXPECT_THAT(schedules(stranger, {}).schedules, SizeIs(1));
    bench.tell("UPDATE job_schedules SET next_at = now() WHERE org_id::text LIKE '1%'");
    // Whoever keeps, the job is the tenant's own.
    EXPECT_EQ(keep(bench.here), 1);
    EXPECT_THAT(bench.made(), IsEmpty());
    EXPECT_THAT(list(stranger, {}).jobs, SizeIs(1));
    EXPECT_TRUE(unschedule(stranger, {"s"}).removed);
    EXPECT_THAT(schedules(bench.here, {}).schedules, SizeIs(1));
}

TEST(Schedules, ArePaged) {
    Bench bench;
    for (const char* name : {"c", "a", "b"}) schedule(bench.here, cron(name, "@daily"));
    const SchedulesOutput first = schedules(bench.here, {{}, 2, {}});
    ASSERT_THAT(first.schedules, SizeIs(2));
    EXPECT_EQ(first.next_cursor, "b");
    const SchedulesOutput last = schedules(bench.here, {{}, 2, first.next_cursor});
    ASSERT_THAT(last.schedules, SizeIs(1));
    EXPECT_EQ(last.schedules[0].name, "c");
    EXPECT_FALSE(last.next_cursor);
}

TEST(Schedules, AClockThatIsSetForwardRunsSkippedTimesAtTheSkip) {
    Bench bench;
    // Berlin skips 2:00 to 3:00 on 29 March 2026, at 1:00 UTC; New York on 8 March, at 7:00 UTC.
    EXPECT_THAT(bench.next_in("Europe/Berlin", "30 2 * * *", "2026-03-28T00:00:00Z", 3),
                ElementsAre("2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"));
    EXPECT_THAT(bench.next_in("Europe/Berlin", "*/20 * * * *", "2026-03-29T00:30:00Z", 4),
                ElementsAre("2026-03-29T00:40", "2026-03-29T01:00", "2026-03-29T01:20",
                            "2026-03-29T01:40"));
    EXPECT_THAT(bench.next_in("America/New_York", "15 2 * * *", "2026-03-07T12:00:00Z", 2),
                ElementsAre("2026-03-08T07:00", "2026-03-09T06:15"));
    // Lord Howe sets its clock forward by half an hour: 2:00 to 2:30 on 4 October 2026, 15:30 UTC.
    EXPECT_THAT(bench.next_in("Australia/Lord_Howe", "10,40 2 * * *", "2026-10-03T12:00:00Z", 3),
                ElementsAre("2026-10-03T15:30", "2026-10-03T15:40", "2026-10-04T15:10"));
}

TEST(Schedules, AClockThatIsSetBackRunsATimeOnce) {
    Bench bench;
    // Berlin shows 2:00 to 3:00 twice on 25 October 2026, from 0:00 and from 1:00 UTC.
    EXPECT_THAT(bench.next_in("Europe/Berlin", "30 2 * * *", "2026-10-24T12:00:00Z", 2),
                ElementsAre("2026-10-25T00:30", "2026-10-26T01:30"));
    EXPECT_THAT(bench.next_in("Europe/Berlin", "*/30 * * * *", "2026-10-25T00:10:00Z", 2),
                ElementsAre("2026-10-25T00:30", "2026-10-25T02:00"));
    EXPECT_THAT(bench.next_in("Europe/Berlin", "* * * * *", "2026-10-25T00:58:00Z", 2),
                ElementsAre("2026-10-25T00:59", "2026-10-25T02:00"));
    EXPECT_THAT(bench.next_in("Europe/Berlin", "30 2 * * *", "2026-10-25T01:10:00Z", 1),
                ElementsAre("2026-10-26T01:30"));
    EXPECT_THAT(bench.next_in("America/New_York", "30 1 * * *", "2026-10-31T12:00:00Z", 2),
                ElementsAre("2026-11-01T05:30", "2026-11-02T06:30"));
    EXPECT_THAT(bench.next_in("Asia/Kolkata", "0 9 * * *", "2026-11-20T00:00:00Z", 2),
                ElementsAre("2026-11-20T03:30", "2026-11-21T03:30"));
    // An interval knows no clock on a wall.
    EXPECT_THAT(bench.next_in("Europe/Berlin", "every 12h", "2026-10-24T12:00:00Z", 3),
                ElementsAre("2026-10-25T00:00", "2026-10-25T12:00", "2026-10-26T00:00"));
}

// What was missed while the clock was set back: no time is lost, and none comes twice.
TEST(Schedules, MissedTimesAreFoundOnBothSidesOfAChange) {
    Bench bench;
    bench.here.db.transaction(call_of(bench.here), [&](pg::Transaction& tx) {
        Clock clock{tx, "Europe/Berlin"};
        for (const auto& [from, until, hours] :
             {std::tuple{"2026-10-24T22:00:00Z", "2026-10-25T01:10:00Z", 3},
              std::tuple{"2026-10-24T22:00:00Z", "2026-10-25T06:00:00Z", 8},
              std::tuple{"2026-03-28T23:00:00Z", "2026-03-29T06:00:00Z", 8}}) {
            SCOPED_TRACE(until);
            const Timestamp begin = *parse_timestamp(from), end = *parse_timestamp(until);
            const When hourly = parse_when("0 * * * *");
            std::vector<Timestamp> ahead = clock.after(hourly, begin, {begin.micros - 1}, 20);
            std::erase_if(ahead, [&](Timestamp at) { return at > end; });
            EXPECT_EQ(clock.between(hourly, begin, end, 20), ahead);
            EXPECT_THAT(ahead, SizeIs(hours));
        }
    });
}

TEST(Schedules, RefuseWhatIsNoTime) {
    Bench bench;
    const auto problem = [&](const json::value& times, const std::string& zone = "UTC") {
        ScheduleInput in = every("s");
        in.schedule = times;
        in.timezone = zone;
        try {
            schedule(bench.here, in);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::invalid_argument);
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_THAT(problem("* 25 * * *"), HasSubstr("schedule: hour: 25"));
    EXPECT_THAT(problem("every 5 minutes"), HasSubstr("every: expected a time such as"));
    EXPECT_THAT(problem("every 5s"), HasSubstr("every: shorter than 10 seconds"));
    EXPECT_THAT(problem("every 99999999999999999999d"), HasSubstr("every: longer than 366 days"));
    EXPECT_THAT(problem("every 10"), HasSubstr("every: \"10\" ends without"));
    EXPECT_THAT(problem("2026-13-40T00:00:00Z"), HasSubstr("at: "));
    EXPECT_THAT(problem(json::object{{"at", "tomorrow"}}), HasSubstr("at: \"tomorrow\""));
    EXPECT_THAT(problem(json::object{{"cron", "@daily"}, {"every", "1h"}}), HasSubstr("one of"));
    EXPECT_THAT(problem(json::object{{"weekly", "1h"}}), HasSubstr("one of"));
    EXPECT_THAT(problem(5), HasSubstr("expected a string or an object"));
    EXPECT_THAT(problem("@daily", "Mars/Olympus"), HasSubstr("timezone: "));
    EXPECT_THAT(problem("@daily", "EST5FOO"), HasSubstr("timezone: "));
    // What a shell passes is text.
    EXPECT_EQ(problem(R"({"every": "1h30m"})"), "");
    EXPECT_EQ(bench.see().expression, "1h30m");
    EXPECT_EQ(problem("@daily", "europe/berlin"), "");
    EXPECT_EQ(bench.see().timezone, "Europe/Berlin");
}

}  // namespace
}  // namespace stele::jobs
