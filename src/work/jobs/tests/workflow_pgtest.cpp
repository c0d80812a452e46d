// Workflows: steps that are not run again, waits that nothing is lost in, reports, resuming.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <barrier>
#include <fstream>
#include <thread>

#include "foundation/base/hash.hpp"
#include "work/jobs/edges.hpp"
#include "work/jobs/tests/fixture.hpp"

namespace stele::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<std::string> step_names(const Leased& one) {
    std::vector<std::string> out;
    if (one.steps)
        for (const Memo& memo : *one.steps) out.push_back(memo.name);
    return out;
}

TEST(Steps, AFinishedOneIsNotRunAgain) {
    World world;
    runtime::Context context = world.context();
    const Leased first = submit_and_take(context);
    EXPECT_FALSE(first.steps);
    EXPECT_EQ(save_steps(context, {{finished(first, "a", 1), finished(first, "b", "two")}}).saved,
              2);
    StepSaid broken = finished(first, "c");
    broken.status = StepStatus::failed;
    broken.error = "no disk";
    save_steps(context, {{broken}});
    save_steps(context, {{finished(first, "a", 99)}});  // the first word holds
    world.pass(200);
    keep(context);
    const Leased second = take(context).at(0);
    EXPECT_THAT(step_names(second), ElementsAre("a", "b"));
    EXPECT_EQ((*second.steps)[0].output, json::value(1));
    // Who lost the job writes nothing any more.
    EXPECT_EQ(save_steps(context, {{finished(first, "d")}}).stale[0].why, "leased again");
    save_steps(context, {{finished(second, "c", 3)}});  // a failed one is run again
    const StepsOutput all = steps(context, {second.id});
    ASSERT_THAT(all.steps, SizeIs(3));
    EXPECT_EQ(all.steps[2].status, StepStatus::complete);
    EXPECT_EQ(all.steps[2].attempt, 2);
    EXPECT_EQ(all.attempts[0].outcome, "lost");
    EXPECT_EQ(code_of([&] {
                  save_steps(context, {{finished(second, "x"), finished(second, "x")}});
              }),
              Code::invalid_argument);
    Leased other = second;
    other.generation = 1;
    EXPECT_EQ(code_of([&] {
                  save_steps(context, {{finished(second, "x"), finished(other, "y")}});
              }),
              Code::invalid_argument);
    EXPECT_EQ(code_of([&] { steps(context, {"01890a5d-ac96-774b-bcce-b302099a8057"}); }),
              Code::not_found);
}

TEST(Suspend, UntilTheTimeComes) {
    World world;
    runtime::Context context = world.context();
    const Leased one = submit_and_take(context);
    Wait sleep = waiting(one);
    sleep.seconds = 60;
    EXPECT_EQ(suspend(context, {{sleep}}).suspended, 1);
    EXPECT_EQ(get(context, {one.id}).status, Status::waiting);
    EXPECT_EQ(get(context, {one.id}).waits_for, "sleep");
    EXPECT_EQ(complete(context, done({one})).stale[0].why, "not leased");
    EXPECT_THAT(take(context), IsEmpty());
    world.pass(61);
    const Leased again = take(context).at(0);
    EXPECT_EQ(again.attempt, 1);  // waiting is no attempt
    EXPECT_EQ(again.woken_by, "time");
    EXPECT_EQ(again.waited_for, "sleep");
    EXPECT_EQ(code_of([&] { suspend(context, {{waiting(again)}}); }), Code::invalid_argument);
    Wait two = for_signal(again, "x");
    two.children = true;
    EXPECT_EQ(code_of([&] { suspend(context, {{two}}); }), Code::invalid_argument);
    Wait past = waiting(again);
    past.until = Timestamp{now().micros - 1'000'000};
    EXPECT_THAT(suspend(context, {{past}}).ready, ElementsAre(one.id));
}

TEST(Signals, WakeAndTheFirstOneHolds) {
    World world;
    runtime::Context context = world.context();
    const Leased one = submit_and_take(context);
    EXPECT_EQ(suspend(context, {{for_signal(one, "paid")}}).suspended, 1);
    EXPECT_TRUE(signal(context, {one.id, "other", 0}).accepted);
    EXPECT_THAT(take(context), IsEmpty());
    EXPECT_TRUE(signal(context, {one.id, "paid", 12}).accepted);
    EXPECT_TRUE(signal(context, {one.id, "paid", 12}).accepted);  // the same once more
    const SignalOutput late = signal(context, {one.id, "paid", 13});
    EXPECT_FALSE(late.accepted);
    EXPECT_EQ(late.signal.payload, json::value(12));
    const Leased again = take(context).at(0);
    EXPECT_EQ(again.woken_by, "signal");
    ASSERT_TRUE(again.signals);
    EXPECT_THAT(*again.signals, SizeIs(2));
    // What came before counts too.
    EXPECT_THAT(suspend(context, {{for_signal(again, "paid")}}).ready, ElementsAre(one.id));
    complete(context, done(take(context)));
    EXPECT_EQ(code_of([&] { signal(context, {one.id, "more", 1}); }), Code::conflict);
    EXPECT_EQ(code_of([&] {
                  signal(context, {"01890a5d-ac96-774b-bcce-b302099a8057", "x", 1});
              }),
              Code::not_found);
    EXPECT_EQ(code_of([&] { signal(context, {one.id, "approval:x", 1}); }), Code::invalid_argument);
}

TEST(Signals, NoWakeUpIsLost) {
    World world;
    runtime::Context context = world.context();
    constexpr int kRounds = 40;
    submit_batch(context, many(kRounds));
    const auto jobs = take(context, kRounds);
    std::barrier start(2);
    std::thread other([&] {
        runtime::Context mine = world.context();
        for (const Leased& one : jobs) {
            start.arrive_and_wait();
            signal(mine, {one.id, "go", 1});
        }
    });
    for (const Leased& one : jobs) {
        start.arrive_and_wait();
        suspend(context, {{for_signal(one, "go")}});
    }
    other.join();
    EXPECT_THAT(take(context, kRounds), SizeIs(kRounds));
}

TEST(Signals, AnApprovalHasADecision) {
    World world;
    runtime::Context context = world.context();
    const Leased one = submit_and_take(context);
    Wait wait = waiting(one);
    wait.approval = "deploy";
    wait.seconds = 60;
    suspend(context, {{wait}});
    EXPECT_EQ(get(context, {one.id}).waits_for, "approval:deploy");
    ListInput asked;
    asked.status = Status::waiting;
    EXPECT_THAT(list(context, asked).jobs, SizeIs(1));
    EXPECT_TRUE(approve(context, {one.id, "deploy", Decision::rejected, "not today"}).accepted);
    EXPECT_FALSE(approve(context, {one.id, "deploy", Decision::approved, ""}).accepted);
    const Leased again = take(context).at(0);
    EXPECT_EQ((*again.signals)[0].payload.at("decision"), json::value("rejected"));
    EXPECT_EQ((*again.signals)[0].payload.at("note"), json::value("not today"));
}

// Whoever follows a job from its submission on misses nothing, whenever they look.
TEST(Events, FollowedFromTheBeginningAreAllThere) {
    World world;
    runtime::Context context = world.context();
    const std::string id = submit(context, job()).id;
    std::vector<std::string> heard;
    int after = 0;
    const auto listen = [&] {
        const EventsOutput out = events(context, {id, {}, after, 100, 0});
        for (const Event& event : out.events) heard.push_back(event.type);
        after = out.next_seq;
        return out.ended;
    };
    listen();
    const Leased one = take(context).at(0);
    listen();
    listen();
    Report said = about(one);
    said.events = {{.type = "output", .payload = 1}};
    report(context, {{said}});
    listen();
    FailInput in = failed(one);
    in.jobs[0].retry = false;
    fail(context, in);
    EXPECT_TRUE(listen());
    redrive(context, {{id}, {}, 1});
    const Leased again = take(context).at(0);
    said.generation = again.generation;
    report(context, {{said}});
    EXPECT_FALSE(listen());
    complete(context, done({again}));
    EXPECT_TRUE(listen());
    EXPECT_THAT(heard, ElementsAre("job.queued", "job.started", "output", "job.failed", "output",
                                   "job.complete"));
}

TEST(Report, PutsEverythingOnRecord) {
    World world;
    runtime::Context context = world.context();
    const Leased one = submit_and_take(context);
    Report said = about(one);
    said.events = {{"output", "build", "line 1"},
                   {"output", {}, json::object{{"password", "hunter2hunter2"}}}};
    ToolSaid call;
    call.tool = "bash";
    call.args = json::object{{"cmd", "curl -H 'Authorization: Bearer abcdefgh12345678'"}};
    call.duration_ms = 12;
    said.tool_calls = {call};
    said.checkpoints = {point("half", false, 1), point("built", true, json::object{{"at", 2}})};
    ArtifactSaid made;
    made.uri = "https://store.example/out.tar?sig=c2lnbmF0dXJl12345";
    made.sha256 = sha256_hex("x");
    made.bytes = 1;
    said.artifacts = {made};
    const ReportOutput out = report(context, {{said}});
    ASSERT_THAT(out.jobs, SizeIs(1));
    EXPECT_THAT(out.jobs[0].checkpoints, ElementsAre(6, 7));
    EXPECT_THAT(*out.jobs[0].redacted,
                ElementsAre("events[1].payload", "toolCalls[0].args", "artifacts[0].uri"));
    said.events.clear();
    said.tool_calls.clear();
    said.checkpoints.clear();
    EXPECT_EQ(report(context, {{said}}).jobs[0].artifacts, out.jobs[0].artifacts);  // once
    const ArtifactsOutput kept = artifacts(context, {one.id, 100});
    ASSERT_THAT(kept.artifacts, SizeIs(1));
    EXPECT_EQ(kept.artifacts[0].uri, "https://store.example/out.tar?sig=***");
    EXPECT_EQ(artifacts(context, {}).artifacts.size(), 1u);
    const CheckpointsOutput points = checkpoints(context, {one.id});
    EXPECT_THAT(points.checkpoints, SizeIs(2));
    EXPECT_EQ(points.latest_safe, 7);
    EXPECT_EQ(points.checkpoints[1].hash, sha256_hex(R"({"at":2})"));
    const EventsOutput all = events(context, {one.id, {}, 0, 100, 0});
    std::vector<std::string> types;
    for (const Event& event : all.events) types.push_back(event.type);
    EXPECT_THAT(types, ElementsAre("job.queued", "job.started", "output", "output"));
    EXPECT_EQ(all.events[2].step, "build");
    EXPECT_THAT(serialize(*all.events[3].payload), Not(HasSubstr("hunter2")));
    EXPECT_THAT(world.ask("SELECT args::text FROM job_tool_calls"),
                Not(HasSubstr("abcdefgh12345678")));
    EXPECT_FALSE(all.ended);
    EXPECT_THAT(events(context, {one.id, {}, all.next_seq, 100, 0}).events, IsEmpty());
    complete(context, done({one}));
    const EventsOutput end = events(context, {one.id, {}, all.next_seq, 100, 0});
    ASSERT_THAT(end.events, SizeIs(1));
    EXPECT_EQ(end.events[0].type, "job.complete");
    EXPECT_TRUE(end.ended);
    EXPECT_THAT(events(context, {one.id, {"output"}, 0, 1, 0}).events, SizeIs(1));
    EXPECT_EQ(report(context, {{about(one)}}).stale[0].why, "finished");
    EXPECT_EQ(world.ask("SELECT count(*)::text FROM graph_edges WHERE type = 'produced_artifact'"),
              "1");
    EXPECT_EQ(code_of([&] {
                  artifacts(context, {"01890a5d-ac96-774b-bcce-b302099a8057", 5});
              }),
              Code::not_found);
}

TEST(Report, EventsAreForEver) {
    World world;
    runtime::Context context = world.context();
    const Leased one = submit_and_take(context);
    Report said = about(one);
    said.events = {{"output", {}, 1}};
    report(context, {{said}});
    EXPECT_NE(world.ask("SELECT tableoid::regclass::text FROM job_events"), "job_events_default");
    for (const char* command : {"UPDATE job_events SET type = 'x'", "DELETE FROM job_events"})
        EXPECT_THROW(world.tell(std::string("SET ROLE stele_runtime; ") + command), Error)
            << command;
    EXPECT_EQ(keep_partitions(context), 0);  // the migration made them
}

TEST(Artifacts, AreComparedWithTheirFiles) {
    World world;
    runtime::Context context = world.context();
    const std::string path = ::testing::TempDir() + "/stele_artifact";
    std::ofstream(path) << "x";
    const Leased one = submit_and_take(context);
    Report said = about(one);
    ArtifactSaid made;
    made.uri = "file://" + path;
    made.sha256 = sha256_hex("x");
    made.bytes = 1;
    said.artifacts = {made};
    made.uri = "s3://bucket/x";
    said.artifacts.push_back(made);
    const auto ids = report(context, {{said}}).jobs[0].artifacts;
    EXPECT_EQ(verify(context, {ids[0]}).verified, Verified::ok);
    std::ofstream(path) << "y";
    EXPECT_EQ(verify(context, {ids[0]}).verified, Verified::changed);
    std::remove(path.c_str());
    EXPECT_EQ(verify(context, {ids[0]}).verified, Verified::missing);
    EXPECT_EQ(code_of([&] { verify(context, {ids[1]}); }), Code::unsupported);
    EXPECT_EQ(code_of([&] { verify(context, {one.id}); }), Code::not_found);
    context.local_files = false;
    EXPECT_EQ(code_of([&] { verify(context, {ids[0]}); }), Code::forbidden);
}

TEST(Resume, GoesOnWhereAJobStopped) {
    World world;
    runtime::Context context = world.context();
    const Leased one = submit_and_take(context);
    save_steps(context, {{finished(one, "a", 1)}});
    Report said = about(one);
    said.checkpoints = {point("unsafe", false, 0), point("safe", true, "here")};
    const auto places = report(context, {{said}}).jobs[0].checkpoints;
    save_steps(context, {{finished(one, "b", 2), finished(one, "c", 3)}});
    signal(context, {one.id, "paid", 1});
    EXPECT_EQ(code_of([&] { resume(context, {one.id, {}, {}}); }), Code::conflict);
    FailInput failing = failed(one);
    failing.jobs[0].retry = false;
    fail(context, failing);

    const CopyOutput whole = resume(context, {one.id, {}, {}});
    EXPECT_EQ(whole.steps, 3);
    EXPECT_EQ(get(context, {whole.id}).retry_of, one.id);
    Leased again = take(context).at(0);
    EXPECT_THAT(step_names(again), ElementsAre("a", "b", "c"));
    EXPECT_EQ(again.checkpoint->state, json::value("here"));
    EXPECT_THAT(*again.signals, SizeIs(1));
    complete(context, done({again}));

    const CopyOutput at_point = resume(context, {one.id, places[1], {}});
    EXPECT_EQ(at_point.from, "checkpoint:" + std::to_string(places[1]));
    again = take(context).at(0);
    EXPECT_THAT(step_names(again), ElementsAre("a"));
    EXPECT_TRUE(again.checkpoint);
    ForkInput other;
    other.id = again.id;  // a live one
    other.input = json::object{{"b", 1}};
    const CopyOutput forked = fork(context, other);
    EXPECT_EQ(get(context, {forked.id}).forked_from, again.id);
    EXPECT_EQ(get(context, {forked.id}).input, other.input);
    take(context);

    EXPECT_EQ(resume(context, {one.id, {}, "c"}).steps, 2);
    again = take(context).at(0);
    EXPECT_THAT(step_names(again), ElementsAre("a", "b"));
    save_steps(context, {{finished(again, "c", 33)}});  // its places go on from the old ones
    EXPECT_EQ(steps(context, {again.id}).steps[2].name, "c");

    EXPECT_EQ(code_of([&] { resume(context, {one.id, places[0], {}}); }), Code::conflict);
    EXPECT_EQ(code_of([&] { resume(context, {one.id, 99, {}}); }), Code::not_found);
    EXPECT_EQ(code_of([&] { resume(context, {one.id, {}, "z"}); }), Code::not_found);
    EXPECT_EQ(code_of([&] { resume(context, {one.id, 1, "a"}); }), Code::invalid_argument);
    EXPECT_EQ(code_of([&] {
                  resume(context, {"01890a5d-ac96-774b-bcce-b302099a8057", {}, {}});
              }),
              Code::not_found);
    // The old one stays as it was.
    EXPECT_EQ(get(context, {one.id}).status, Status::failed);
    EXPECT_THAT(steps(context, {one.id}).steps, SizeIs(3));
    EXPECT_EQ(world.ask("SELECT count(*)::text FROM graph_edges WHERE type = 'derived_from'"), "4");
}

}  // namespace
}  // namespace stele::jobs
