// Definitions and what jobs take from them; plans; jobs of agents; how deep children go.
#include "work/jobs/definitions/definitions.hpp"

#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <thread>

#include "work/jobs/definitions/agent.hpp"
#include "work/jobs/history/timeline.hpp"
#include "work/jobs/tests/fixture.hpp"

namespace stele::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

DefineInput release() {
    DefineInput out;
    out.name = "release";
    out.description = "what everybody gets";
    out.steps = {{"build", {}}, {"ship", "Ship it"}};
    return out;
}

std::vector<std::string> states(const std::vector<PlannedStep>& plan) {
    std::vector<std::string> out;
    for (const PlannedStep& step : plan)
        out.push_back(step.task + " " + std::string(reflect::name_of(step.status)));
    return out;
}

TEST(Definitions, OtherContentIsAnotherVersion) {
    World world;
    runtime::Context context = world.context();
    EXPECT_EQ(define(context, release()).version, 1);
    const DefineOutput same = define(context, release());
    EXPECT_EQ(same.version, 1);
    EXPECT_FALSE(same.made);
    DefineInput more = release();
    more.defaults.priority = 5;
    EXPECT_EQ(define(context, more).version, 2);
    // The way back is a version, too: the newest is what jobs take.
    EXPECT_EQ(define(context, release()).version, 3);
    const auto all = definitions(context, {"release", 2, {}});
    ASSERT_THAT(all.definitions, SizeIs(2));
    EXPECT_EQ(all.definitions[1].defaults.priority, 5);
    EXPECT_EQ(all.definitions[0].steps[1].title, "Ship it");
    const auto rest = definitions(context, {"release", 2, all.next_cursor});
    ASSERT_THAT(rest.definitions, SizeIs(1));
    EXPECT_EQ(rest.definitions[0].version, 1);
    DefineInput other = release();
    other.name = "another";
    define(context, other);
    const auto names = definitions(context, {{}, 1, {}});
    EXPECT_EQ(names.definitions.at(0).name, "another");
    EXPECT_EQ(definitions(context, {{}, 1, names.next_cursor}).definitions.at(0).version, 3);
    EXPECT_EQ(code_of([&] { definitions(context, {"none", 1, {}}); }), Code::not_found);
    runtime::Context stranger = world.stranger();
    EXPECT_THAT(definitions(stranger, {}).definitions, IsEmpty());
    other.steps.push_back({"build", {}});
    EXPECT_EQ(code_of([&] { define(context, other); }), Code::invalid_argument);
}

TEST(Definitions, ThatRaceGetAVersionEach) {
    World world;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            runtime::Context context = world.context();
            DefineInput in = release();
            in.defaults.max_attempts = t + 1;
            define(context, in);
        });
    threads.clear();
    EXPECT_EQ(world.ask("SELECT max(version)::text || count(*) FROM job_definitions"), "88");
}

TEST(Definitions, GiveWhatASubmissionDoesNotSay) {
    World world;
    runtime::Context context = world.context();
    DefineInput in = release();
    in.defaults.queue = "releases";
    in.defaults.priority = 7;
    in.defaults.max_attempts = 2;
    in.defaults.lease_seconds = 90;
    in.defaults.backoff_seconds = 11;
    in.defaults.retention = Retention::audit;
    define(context, in);
    SubmitInput plain;
    plain.name = "release";
    plain.key = "k";
    const Job job = get(context, {submit(context, plain).id});
    EXPECT_EQ(job.queue, "releases");
    EXPECT_EQ(job.priority, 7);
    EXPECT_EQ(job.max_attempts, 2);
    EXPECT_EQ(job.retention, Retention::audit);
    EXPECT_EQ(job.version, 1);
    EXPECT_EQ(world.ask("SELECT lease_seconds || ' ' || backoff_seconds FROM jobs"), "90 11");
    EXPECT_EQ(submit(context, plain).duplicate, true) << "the key is one of the definition's queue";
    in.defaults.queue = "others";
    define(context, in);
    SubmitInput said = plain;
    said.queue = "mine";
    said.priority = 1;
    said.retention = Retention::standard;
    const Job own = get(context, {submit(context, said).id});
    EXPECT_EQ(own.queue, "mine");
    EXPECT_EQ(own.priority, 1);
    EXPECT_EQ(own.retention, Retention::standard);
    EXPECT_EQ(own.version, 2);
    SubmitInput pinned = plain;
    pinned.version = 1;
    pinned.key = "pinned";
    EXPECT_EQ(get(context, {submit(context, pinned).id}).queue, "releases");
    // One batch, some with a definition and some without.
    SubmitInput other;
    other.name = "none";
    plain.key = {};
    const SubmitBatchOutput batch = submit_batch(context, {{plain, other}});
    EXPECT_EQ(get(context, {batch.jobs[0].id}).queue, "others");
    EXPECT_EQ(get(context, {batch.jobs[1].id}).queue, "default");
    EXPECT_EQ(get(context, {batch.jobs[1].id}).version, 1);
    drain(context, {"others", false});
    EXPECT_EQ(code_of([&] { submit(context, plain); }), Code::conflict);
    runtime::Context stranger = world.stranger();
    EXPECT_EQ(get(stranger, {submit(stranger, plain).id}).queue, "default");
}

TEST(Definitions, CountInTheCallersOwnTransactionToo) {
    World world;
    runtime::Context context = world.context();
    DefineInput in = release();
    in.defaults.priority = 7;
    in.defaults.retention = Retention::audit;
    define(context, in);
    in.defaults.max_attempts = 2;
    define(context, in);
    world.tell(
        "BEGIN; SELECT set_config('stele.org_id', '00000000-0000-4000-8000-000000000001', true),"
        "       set_config('stele.project_id', '00000000-0000-4000-8000-000000000001', true);"
        "SET LOCAL ROLE stele_runtime;"
        "SELECT stele_submit_job('q', 'release', NULL, '{\"maxAttempts\": 3}');"
        "SELECT stele_submit_job('q', 'other'); COMMIT");
    EXPECT_EQ(world.ask("SELECT string_agg(concat_ws(' ', j.name, j.version, j.priority, "
                        "q.priority, j.max_attempts, j.retention), ', ' ORDER BY j.name) "
                        "FROM jobs j JOIN job_queue q USING (org_id, id)"),
              "other 1 100 100 standard, release 2 7 7 3 audit");
}

TEST(Definitions, VersionsNeverChange) {
    World world;
    runtime::Context context = world.context();
    define(context, release());
    EXPECT_THROW(world.tell("UPDATE job_definitions SET steps = '[]'"), Error);
    EXPECT_THROW(world.tell("UPDATE job_definitions SET defaults = '{\"priority\": 1}'"), Error);
}

TEST(Definitions, AJobStaysWithItsVersion) {
    World world;
    runtime::Context context = world.context();
    define(context, release());
    submit(context, job("release"));
    const Leased first = take(context).at(0);
    DefineInput more = release();
    more.steps.push_back({"tell", {}});
    define(context, more);
    FailInput again = failed(first);
    again.jobs[0].delay_seconds = 0;
    fail(context, again);
    const Leased second = take(context).at(0);
    EXPECT_EQ(second.version, 1);
    FailInput end = failed(second);
    end.jobs[0].retry = false;
    fail(context, end);
    EXPECT_EQ(get(context, {resume(context, {first.id, {}, {}}).id}).version, 1);
    ForkInput branch;
    branch.id = first.id;
    const Job forked = get(context, {fork(context, branch).id});
    EXPECT_EQ(forked.version, 1);
    EXPECT_THAT(forked.plan.value(), SizeIs(2));
}

TEST(Definitions, MakeAPlanThatFillsUp) {
    World world;
    runtime::Context context = world.context();
    const std::string early = submit(context, job("release")).id;
    const Leased before = take(context).at(0);
    complete(context, done({before}));
    define(context, release());
    EXPECT_FALSE(get(context, {early}).plan) << "it was there before";
    const std::string id = submit(context, job("release")).id;
    EXPECT_THAT(states(plan(context, {id}).plan), ElementsAre("build pending", "Ship it pending"));
    const Leased one = take(context).at(0);
    EXPECT_THAT(states(plan(context, {id}).plan),
                ElementsAre("build in_progress", "Ship it pending"));
    save_steps(context, {{finished(one, "build"), finished(one, "extra")}});
    EXPECT_THAT(states(*get(context, {id}).plan),
                ElementsAre("build completed", "Ship it in_progress", "extra completed"));
    TimelineInput look;
    look.id = id;
    const TimelineOutput told = timeline(context, look);
    EXPECT_THAT(states(told.pending), ElementsAre("Ship it in_progress"));
    EXPECT_THAT(render_timeline(reflect::write(told)), HasSubstr("Ship it  in_progress"));
    StepSaid broken = finished(one, "ship");
    broken.status = StepStatus::failed;
    save_steps(context, {{broken}});
    EXPECT_THAT(states(plan(context, {id}).plan),
                ElementsAre("build completed", "Ship it failed", "extra completed"));
    EXPECT_THAT(timeline(context, look).pending, IsEmpty());
    EXPECT_EQ(code_of([&] { plan(context, {Uuid::v7().text()}); }), Code::not_found);
}

TEST(AgentJobs, CarryWhatWasAsked) {
    World world;
    runtime::Context context = world.context();
    RunInput in;
    in.prompt = "make it so";
    in.agent = "opencode";
    in.max_iterations = 5;
    const Job asked = get(context, {run(context, in).id});
    EXPECT_EQ(asked.name, "agent");
    EXPECT_EQ(asked.input,
              json::value(json::object{
                  {"prompt", "make it so"}, {"agent", "opencode"}, {"maxIterations", 5}}));
    in.spec_file = "spec.md";
    EXPECT_EQ(code_of([&] { run(context, in); }), Code::invalid_argument);
    EXPECT_EQ(code_of([&] { run(context, {}); }), Code::invalid_argument);
}

TEST(AgentJobs, HearWhatIsSaidMeanwhile) {
    World world;
    runtime::Context context = world.context();
    const Leased one = submit_and_take(context);
    const ContextOutput said =
        add_context(context, {one.id, "the token is ghp_" + std::string(36, 'a')});
    EventsInput look;
    look.id = one.id;
    look.types = {"context"};
    const EventsOutput heard = events(context, look);
    ASSERT_THAT(heard.events, SizeIs(1));
    EXPECT_EQ(heard.events[0].seq, said.seq);
    // What is said to an agent is data: it comes as it was said.
    EXPECT_THAT(serialize(*heard.events[0].payload), HasSubstr("ghp_a"));
    look.after_seq = heard.next_seq;
    EXPECT_THAT(events(context, look).events, IsEmpty());
    add_context(context, {one.id, "more"});
    EXPECT_THAT(events(context, look).events, SizeIs(1));
    complete(context, done({one}));
    EXPECT_EQ(code_of([&] { add_context(context, {one.id, "late"}); }), Code::conflict);
    runtime::Context stranger = world.stranger();
    EXPECT_EQ(code_of([&] { add_context(stranger, {one.id, "hello"}); }), Code::not_found);
}

TEST(Children, AreNestedSoDeepAndNoDeeper) {
    World world;
    runtime::Context context = world.context();
    SubmitInput in = job();
    for (int depth = 0; depth <= limits::kJobDepth; ++depth) in.parent_id = submit(context, in).id;
    try {
        submit(context, in);
        ADD_FAILURE() << "was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::conflict);
        EXPECT_THAT(error.what(), HasSubstr("has 16 ancestors"));
    }
}

}  // namespace
}  // namespace stele::jobs
