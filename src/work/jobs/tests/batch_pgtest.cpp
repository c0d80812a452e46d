// One item of a batch stops nobody else: neither one that cannot be kept nor one that cannot be
// read.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include "work/jobs/queue/batch.hpp"
#include "work/jobs/tests/fixture.hpp"

namespace stele::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

struct Doors : World {
    json::value run(std::string_view name, const json::array& jobs) {
        runtime::Context mine = context();
        const json::value input{{"jobs", jobs}};
        if (name == "job.step") return run_batch(save_steps, mine, input);
        if (name == "job.report") return run_batch(report, mine, input);
        if (name == "job.fail") return run_batch(fail, mine, input);
        return run_batch(complete, mine, input);
    }
    std::string refusal(std::string_view name, const json::array& jobs) {
        try {
            run(name, jobs);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::invalid_argument);
            return error.what();
        }
        return "accepted";
    }
};

json::object item(const Leased& one, json::object more) {
    more["id"] = one.id;
    more["generation"] = one.generation;
    return more;
}

const json::string kNul(std::string_view("a\0b", 3));

TEST(Batch, OneItemThatCannotBeKeptIsRefusedAndTheOthersAreDone) {
    Doors doors;
    runtime::Context context = doors.context();
    submit_batch(context, many(4));
    const auto jobs = take(context, 4);
    for (const auto& [name, bad] : std::vector<std::pair<const char*, json::object>>{
             {"job.step", {{"name", "s"}, {"output", json::object{{"x", kNul}}}}},
             {"job.report",
              {{"events", json::array{json::object{{"type", "output"}, {"payload", kNul}}}}}},
             {"job.complete", {{"output", parse_json("[1e999]", "output")}}},
             {"job.fail", {{"error", kNul}}}}) {
        json::object good = bad;
        good.erase("output");
        good.erase("error");
        good.erase("events");
        if (std::string_view(name) == "job.report")
            good["events"] = json::array{json::object{{"type", "output"}, {"payload", "fine"}}};
        // The two that are complete by then cannot fail.
        json::array items{item(jobs[0], good), item(jobs[3], bad), item(jobs[1], good)};
        if (std::string_view(name) == "job.fail") items = {item(jobs[2], good), items[1]};
        const json::value out = doors.run(name, items);
        const json::array& refused = out.at("refused").as_array();
        ASSERT_EQ(refused.size(), 1u) << name;
        EXPECT_EQ(refused[0].at("index"), 1) << name;
        EXPECT_EQ(refused[0].at("id"), json::value(jobs[3].id)) << name;
        EXPECT_THAT(std::string(refused[0].at("error").as_string()), HasSubstr("jobs[1].")) << name;
        EXPECT_THAT(out.at("stale").as_array(), IsEmpty()) << name;
        // Alone it is a wrong request.
        EXPECT_THAT(doors.refusal(name, {item(jobs[3], bad)}), HasSubstr("jobs[0].")) << name;
    }
    EXPECT_EQ(status_of(context, jobs[0].id), Status::complete);
    EXPECT_EQ(status_of(context, jobs[1].id), Status::complete);
    EXPECT_EQ(status_of(context, jobs[2].id), Status::queued);
    EXPECT_EQ(status_of(context, jobs[3].id), Status::running);
}

// A type that is no line, or that the server alone gives; a hash that is none.
TEST(Batch, AReportWithAWrongTypeOrHashIsRefusedAlone) {
    Doors doors;
    runtime::Context context = doors.context();
    submit_batch(context, many(2));
    const auto jobs = take(context, 2);
    const auto report_of = [](const char* type) {
        return json::object{{"events", json::array{json::object{{"type", "output"}},
                                                   json::object{{"type", type}}}}};
    };
    const json::object wrong_hash{
        {"artifacts", json::array{json::object{
                          {"uri", "file:///x"}, {"sha256", std::string(64, 'X')}, {"bytes", 1}}}}};
    for (const char* type : {"log\n", "\nlog", "a\r\nb", "log\r", "a b", "ping", "job.complete",
                             "job.failed", "stream.gap", "cron.fired", "job.delegation.ended"}) {
        EXPECT_THAT(doors.refusal("job.report", {item(jobs[0], report_of(type))}),
                    HasSubstr("jobs[0].events[1].type: \""));
        const json::value out = doors.run(
            "job.report", {item(jobs[0], report_of(type)), item(jobs[1], report_of("x"))});
        EXPECT_EQ(out.at("refused").at(0).at("index"), 0) << type;
        EXPECT_EQ(out.at("jobs").as_array().size(), 1u) << type;
    }
    EXPECT_THAT(doors.refusal("job.report", {item(jobs[0], wrong_hash)}),
                HasSubstr("jobs[0].artifacts[0].sha256: \"XXX"));
    for (const char* type : {"output", "iteration.tool_use", "job.plan_updated", "x/y:z-1"})
        EXPECT_EQ(
            doors.run("job.report", {item(jobs[0], report_of(type))}).at("jobs").at(0).at("id"),
            json::value(jobs[0].id));
}

TEST(Batch, WhatConcernsTheWholeIsRefusedWhole) {
    Doors doors;
    runtime::Context context = doors.context();
    const Leased one = submit_and_take(context);
    EXPECT_THAT(doors.refusal("job.complete", {item(one, {}), item(one, {})}),
                HasSubstr("named twice"));
    const json::value unknown{{"jobs", json::array{item(one, {}), 5}}, {"x", 1}};
    EXPECT_THROW(run_batch(complete, context, unknown), Error);
    EXPECT_EQ(status_of(context, one.id), Status::running);
    // Submitting is one transaction: all or none.
    const json::value jobs{{"jobs", json::array{json::object{{"name", "a"}},
                                                json::object{{"name", "b"}, {"input", kNul}}}}};
    try {
        reflect::read<SubmitBatchInput>(jobs);
        ADD_FAILURE() << "it was read";
    } catch (const Error& error) {
        EXPECT_STREQ(error.what(), "jobs[1].input: contains a NUL character");
    }
    EXPECT_THAT(list(context, {}).jobs, SizeIs(1));
}

// Through stele_submit_job, or by hand: JSON so deep that no reader takes it.
std::string deep(int levels) {
    return std::string(std::size_t(levels), '[') + std::string(std::size_t(levels), ']');
}

TEST(Lease, AnInputThatCannotBeReadFailsAlone) {
    World world;
    runtime::Context context = world.context();
    submit_batch(context, many(3));
    const std::string poison = world.ask("SELECT id::text FROM jobs ORDER BY id OFFSET 1 LIMIT 1");
    world.tell("UPDATE jobs SET input = '" + deep(1500) + "' WHERE id = '" + poison + "'");
    const auto jobs = take(context, 3);
    ASSERT_THAT(jobs, SizeIs(2));
    EXPECT_THAT(ids_of(jobs), Not(::testing::Contains(poison)));
    for (const Leased& one : jobs) EXPECT_EQ(one.attempt, 1);
    EXPECT_EQ(
        world.ask("SELECT status || ': ' || left(error, 24) FROM jobs WHERE id = '" + poison + "'"),
        "failed: its input cannot be read");
    EXPECT_EQ(complete(context, done(jobs)).completed, 2);
    EXPECT_THAT(take(context, 3), IsEmpty());
}

TEST(Lease, AStoredInputThatIsDeeperThanCallersMaySendIsRead) {
    World world;
    runtime::Context context = world.context();
    submit(context, job());
    world.tell("UPDATE jobs SET input = '" + deep(200) + "'");
    const auto jobs = take(context, 1);
    ASSERT_THAT(jobs, SizeIs(1));
    EXPECT_EQ(serialize(jobs[0].input), deep(200));
}

TEST(Lease, AStepThatCannotBeReadFailsItsJobAlone) {
    World world;
    runtime::Context context = world.context();
    submit_batch(context, many(2));
    const auto first = take(context, 2);
    for (const Leased& one : first) save_steps(context, {{finished(one, "compile", 1)}});
    world.tell("UPDATE job_steps SET output = '" + deep(1500) + "' WHERE job_id = '" + first[0].id +
               "'");
    world.pass(3600);
    keep(context);
    world.pass(3600);
    const auto again = take(context, 2);
    EXPECT_THAT(ids_of(again), ElementsAre(first[1].id));
    EXPECT_EQ(status_of(context, first[0].id), Status::failed);
}

}  // namespace
}  // namespace stele::jobs
