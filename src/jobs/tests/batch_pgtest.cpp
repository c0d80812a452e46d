// One item of a batch stops nobody else: neither one that cannot be kept nor one that cannot be
// read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/dispatcher.hpp"
#include "jobs/operations.hpp"
#include "jobs/tests/fixture.hpp"

namespace stele::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

struct Doors : World {
    Doors() { register_operations(registry); }
    json::value run(const char* name, json::array jobs) {
        api::Context mine = context();
        return dispatcher.call(registry.get(name), mine, json::object{{"jobs", std::move(jobs)}});
    }
    std::string refusal(const char* name, const json::array& jobs) {
        try {
            run(name, jobs);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::invalid_argument);
            return error.what();
        }
        return "accepted";
    }
    api::Registry registry;
    api::Dispatcher dispatcher;
};

json::object item(const Leased& one, json::object more) {
    more["id"] = one.id;
    more["generation"] = one.generation;
    return more;
}

const json::string kNul(std::string_view("a\0b", 3));

TEST(Batch, OneItemThatCannotBeKeptIsRefusedAndTheOthersAreDone) {
    Doors doors;
    api::Context context = doors.context();
    submit_batch(context, many(5));
    const auto jobs = take(context, 5);
    for (const auto& [name, bad] : std::vector<std::pair<const char*, json::object>>{
             {"job.step", {{"name", "s"}, {"output", {{"x", kNul}}}}},
             {"job.report", {{"events", json::array{{{"type", "output"}, {"payload", kNul}}}}}},
             {"job.complete", {{"output", parse_json("[1e999]", "output")}}},
             {"job.fail", {{"error", kNul}}}}) {
        json::object good = bad;
        good.erase("output");
        good.erase("error");
        good.erase("events");
        if (std::string_view(name) == "job.report")
            good["events"] = json::array{{{"type", "output"}, {"payload", "fine"}}};
        const std::size_t at = std::string_view(name) == "job.fail" ? 2 : 0;
        const json::value out =
            doors.run(name, {item(jobs[at], good), item(jobs[4], bad), item(jobs[at + 1], good)});
        const json::array& refused = out.at("refused").as_array();
        ASSERT_EQ(refused.size(), 1u) << name;
        EXPECT_EQ(refused[0].at("index"), 1) << name;
        EXPECT_EQ(refused[0].at("id"), json::value(jobs[4].id)) << name;
        EXPECT_THAT(std::string(refused[0].at("error").as_string()), HasSubstr("jobs[1].")) << name;
        EXPECT_THAT(out.at("stale").as_array(), IsEmpty()) << name;
        // Alone it is a wrong request.
        EXPECT_THAT(doors.refusal(name, {item(jobs[4], bad)}), HasSubstr("jobs[0].")) << name;
    }
    EXPECT_EQ(status_of(context, jobs[0].id), Status::complete);
    EXPECT_EQ(status_of(context, jobs[1].id), Status::complete);
    EXPECT_EQ(status_of(context, jobs[2].id), Status::queued);
    EXPECT_EQ(status_of(context, jobs[3].id), Status::queued);
    EXPECT_EQ(status_of(context, jobs[4].id), Status::running);
}

TEST(Batch, WhatConcernsTheWholeIsRefusedWhole) {
    Doors doors;
    api::Context context = doors.context();
    const Leased one = submit_and_take(context);
    EXPECT_THAT(doors.refusal("job.complete", {item(one, {}), item(one, {})}),
                HasSubstr("named twice"));
    EXPECT_THROW(
        doors.dispatcher.call(doors.registry.get("job.complete"), context,
                              json::object{{"jobs", json::array{item(one, {}), 5}}, {"x", 1}}),
        Error);
    EXPECT_EQ(status_of(context, one.id), Status::running);
    // Submitting is one transaction: all or none.
    EXPECT_THAT(doors.refusal("job.submit_batch", {json::object{{"name", "a"}},
                                                   json::object{{"name", "b"}, {"input", kNul}}}),
                HasSubstr("jobs[1].input: contains a NUL character"));
    EXPECT_THAT(list(context, {}).jobs, SizeIs(1));
}

// Through stele_submit_job, or by hand: JSON so deep that no reader takes it.
std::string deep(int levels) {
    return std::string(std::size_t(levels), '[') + std::string(std::size_t(levels), ']');
}

TEST(Lease, AnInputThatCannotBeReadFailsAlone) {
    World world;
    api::Context context = world.context();
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
    api::Context context = world.context();
    submit(context, job());
    world.tell("UPDATE jobs SET input = '" + deep(200) + "'");
    const auto jobs = take(context, 1);
    ASSERT_THAT(jobs, SizeIs(1));
    EXPECT_EQ(serialize(jobs[0].input), deep(200));
}

TEST(Lease, AStepThatCannotBeReadFailsItsJobAlone) {
    World world;
    api::Context context = world.context();
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
