// Operations of schedules.
#include <fmt/format.h>

#include "foundation/base/json_text.hpp"
#include "work/jobs/registration.hpp"
#include "work/jobs/schedules/schedules.hpp"

namespace stele::jobs {

namespace {

using runtime::Operation;

std::string moment(const std::string& time) {
    return time.substr(0, 19) + "Z";
}

std::string schedule_line(const json::object& schedule) {
    std::string out =
        fmt::format("{:<24} {:<6} {:<20} {}", text_of(schedule, "name"), text_of(schedule, "kind"),
                    text_of(schedule, "expression"), text_of(schedule, "timezone"));
    if (schedule.at("paused").as_bool())
        out += "  paused";
    else if (schedule.at("next").as_array().empty())
        out += "  done";
    for (const json::value& at : schedule.at("next").as_array())
        out += "  " + moment(std::string(at.as_string()));
    if (const std::string note = text_of(schedule, "note"); !note.empty())
        out += "  (" + note + ")";
    return out + "\n";
}

std::string render_one(const json::value& output) {
    return schedule_line(output.as_object());
}

std::string render_schedules(const json::value& output) {
    const json::object& object = output.as_object();
    std::string out;
    for (const json::value& one : object.at("schedules").as_array())
        out += schedule_line(one.as_object());
    if (out.empty()) out = "No schedules.\n";
    if (const std::string at = text_of(object, "nextCursor"); !at.empty())
        out += fmt::format("More: --cursor {}\n", at);
    return out;
}

std::string render_next(const json::value& output) {
    std::string out;
    for (const json::value& at : output.at("next").as_array())
        out += moment(std::string(at.as_string())) + "\n";
    return out.empty() ? "Never.\n" : out;
}

void register_one(runtime::Registry& registry, Operation op, const char* summary,
                  const char* description) {
    op.summary = summary;
    op.description = description;
    op.examples = {{"The nightly one", {{"name", "nightly"}}}};
    registry.add(op);
}

}  // namespace

void register_schedules(runtime::Registry& registry) {
    registry.add(
        write_op(runtime::operation("job.schedule", schedule), true)
            .says("Have a job submitted when its time comes, once or again and again",
                  "Use it for what is to run every day, every hour, or once at a time. A schedule "
                  "of the same name is replaced. Each of its times makes one job, however many "
                  "servers there are; the job's origin names the schedule.")
            .with_examples(
                {{"Every night in Berlin",
                  {{"name", "nightly"},
                   {"schedule", "0 2 * * *"},
                   {"timezone", "Europe/Berlin"},
                   {"queue", "reports"},
                   {"input", json::object{{"full", true}}}}},
                 {"Every 90 minutes",
                  {{"name", "sync"}, {"schedule", json::object{{"every", "1h30m"}}}}},
                 {"Once",
                  {{"name", "launch"}, {"schedule", "2999-12-24T18:00:00Z"}, {"job", "remind"}}}})
            .with_render(render_one));

    registry.add(read_op(runtime::operation("job.schedules", schedules))
                     .says("Schedules, and when they are due",
                           "Use it to see what will be submitted when, and why something was not.")
                     .with_routes({{"GET", "/schedules"}})
                     .with_examples({{"All", {}}, {"One", {{"name", "nightly"}}}})
                     .with_render(render_schedules));

    registry.add(
        read_op(runtime::operation("job.schedule_next", schedule_next))
            .says("The next times of a schedule that need not be there",
                  "Use it to try an expression before you schedule something with it.")
            .with_examples({{"Working days in New York",
                             {{"schedule", "30 6 * * MON-FRI"}, {"timezone", "America/New_York"}}}})
            .with_render(render_next));

    register_one(registry,
                 write_op(runtime::operation("job.pause_schedule", pause_schedule), true)
                     .with_render(render_one),
                 "Have a schedule submit nothing for a while",
                 "Use it to stop one schedule; job.pause stops a queue.");
    register_one(registry,
                 write_op(runtime::operation("job.resume_schedule", resume_schedule), true)
                     .with_render(render_one),
                 "Let a paused schedule go on",
                 "Use it to end a pause. Times that passed meanwhile are left out, but for one "
                 "single time.");
    register_one(registry, write_op(runtime::operation("job.unschedule", unschedule), true),
                 "Remove a schedule", "Use it to end a schedule; the jobs it submitted stay.");
}

}  // namespace stele::jobs
