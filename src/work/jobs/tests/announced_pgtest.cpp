// What the stream of events hears of jobs: all of those for agents, nothing of others.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include "knowledge/events/store.hpp"
#include "work/jobs/definitions/agent.hpp"
#include "work/jobs/tests/fixture.hpp"

namespace stele::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> heard(runtime::Context& context) {
    std::vector<std::string> out;
    events::ListInput in;
    in.after_id = 0;
    for (const events::Event& event : events::list(context, in).events) out.push_back(event.type);
    return out;
}

RunInput prompt() {
    RunInput out;
    out.prompt = "mend the build";
    return out;
}

TEST(Announced, JobsForAgentsAndOthersThatAskForIt) {
    World world;
    runtime::Context context = world.context();
    submit(context, job("quiet"));
    complete(context, done(take(context)));
    EXPECT_THAT(heard(context), IsEmpty());
    SubmitInput loud = job("loud");
    loud.announce = true;
    submit(context, loud);
    complete(context, done(take(context)));
    EXPECT_THAT(heard(context), ElementsAre("job.queued", "job.started", "job.complete"));
    run(context, prompt());
    EXPECT_EQ(heard(context).size(), 4);
}

TEST(Announced, WhateverEndsThem) {
    World world;
    runtime::Context context = world.context();
    const std::string stopped = run(context, prompt()).id;
    cancel(context, {stopped, "enough"});
    EXPECT_THAT(heard(context), ElementsAre("job.queued", "job.stopped"));
    SubmitInput once = job("agent");
    once.max_attempts = 1;
    submit(context, once);
    take(context);
    world.pass(120);
    runtime::Context maintenance = world.context();
    keep(maintenance);
    EXPECT_THAT(heard(context), ElementsAre("job.queued", "job.stopped", "job.queued",
                                            "job.started", "job.failed"));
}

TEST(Announced, AttemptsAfterTheFirstResumeIt) {
    World world;
    runtime::Context context = world.context();
    const std::string id = run(context, prompt()).id;
    Failed fault;
    const Leased first = take(context).at(0);
    fault.id = first.id;
    fault.generation = first.generation;
    fault.release = true;
    fail(context, {{fault}});
    take(context);
    EXPECT_THAT(heard(context), ElementsAre("job.queued", "job.started", "job.resumed"));
    add_context(context, {id, "look at the flags"});
    EXPECT_EQ(heard(context).back(), "job.context_injected");
}

TEST(Announced, ResumedAndRedrivenOnesToo) {
    World world;
    runtime::Context context = world.context();
    const std::string id = run(context, prompt()).id;
    Failed fault;
    const Leased first = take(context).at(0);
    fault.id = first.id;
    fault.generation = first.generation;
    fault.retry = false;
    fail(context, {{fault}});
    RedriveInput again;
    again.ids = {id};
    redrive(context, again);
    EXPECT_THAT(heard(context),
                ElementsAre("job.queued", "job.started", "job.failed", "job.queued"));
    cancel(context, {id, "enough"});
    ResumeInput resumed;
    resumed.id = id;
    resume(context, resumed);
    EXPECT_EQ(heard(context).back(), "job.queued");
}

TEST(Announced, WhatIsTooLongIsNamedAndNotSaid) {
    World world;
    runtime::Context context = world.context();
    run(context, prompt());
    Report report = about(take(context).at(0));
    report.events.push_back(
        {"iteration.output", {}, json::object{{"text", std::string(20'000, 'x')}}});
    report.events.push_back({"iteration.end", {}, "a text"});
    stele::jobs::report(context, {{report}});
    events::ListInput in;
    in.types = {"iteration."};
    const auto events = events::list(context, in).events;
    ASSERT_EQ(events.size(), 2);
    EXPECT_TRUE(events[0].data.at("truncated").as_bool());
    EXPECT_FALSE(events[0].data.as_object().contains("text"));
    EXPECT_EQ(events[1].data.at("payload").as_string(), "a text");
}

}  // namespace
}  // namespace stele::jobs
