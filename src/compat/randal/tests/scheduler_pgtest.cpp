// Cron, heartbeat and hooks on the schedules of jobs.
#include "compat/randal/scheduler.hpp"

#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <thread>

#include "work/jobs/schedules/schedules.hpp"
#include "work/jobs/tests/fixture.hpp"

namespace stele::randal {
namespace {

using memory::code_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Bench : jobs::World {
    runtime::Context here = context();

    void beat_every(const std::string& time) {
        AddInput in;
        in.name = "heartbeat";
        in.schedule = json::object{{"every", time}};
        in.prompt = "look at what waits";
        add(here, in);
    }
    void due() { tell("UPDATE job_schedules SET next_at = now() - interval '1 s'"); }
    // What the heartbeat's job was told, by the worker that gets it.
    std::vector<std::string> told() {
        std::vector<std::string> out;
        const auto taken = jobs::take(here, 10);
        for (const jobs::Leased& job : taken)
            if (const json::value* items = job.input.as_object().if_contains("wakeItems"))
                for (const json::value& item : items->as_array())
                    out.emplace_back(item.at("text").as_string());
        jobs::complete(here, jobs::done(taken));
        return out;
    }
    std::string waiting() { return ask("SELECT count(*)::text FROM wake_items"); }
};

TEST(Cron, MakesJobsForAgents) {
    Bench bench;
    CronInput in;
    in.action = Action::add;
    in.name = "standup";
    in.schedule = R"({"every": "2h"})";  // an object as text
    in.prompt = "summarise";
    in.model = "large-1";
    in.target = R"({"channel": "telegram", "id": "ops"})";
    EXPECT_EQ(cron(bench.here, in).added->expression, "2h");
    const auto all = cron(bench.here, {}).cron.value();
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_EQ(all[0].name, "standup");
    EXPECT_EQ(all[0].input->at("prompt"), "summarise");
    bench.due();
    EXPECT_EQ(jobs::keep(bench.here), 1);
    const auto taken = jobs::take(bench.here);
    ASSERT_THAT(taken, SizeIs(1));
    EXPECT_EQ(taken[0].name, "agent");
    EXPECT_EQ(taken[0].input.at("prompt"), "summarise");
    EXPECT_EQ(taken[0].input.at("execution"), "isolated");
    const auto origin = jobs::get(bench.here, {taken[0].id}).origin.value();
    EXPECT_EQ(origin.at("channel"), "telegram");
    EXPECT_EQ(origin.at("replyTo"), "ops");
    EXPECT_EQ(origin.at("triggerType"), "cron");
    in.action = Action::remove;
    EXPECT_EQ(cron(bench.here, in).removed, true);
    EXPECT_EQ(cron(bench.here, in).removed, false);
    EXPECT_THAT(*cron(bench.here, {}).cron, IsEmpty());
}

TEST(Cron, RefusesWhatIsMissing) {
    Bench bench;
    CronInput in;
    in.action = Action::add;
    EXPECT_EQ(code_of([&] { cron(bench.here, in); }), Code::invalid_argument);
    in.name = "s";
    EXPECT_EQ(code_of([&] { cron(bench.here, in); }), Code::invalid_argument);
    in.prompt = "p";
    in.target = "ops";
    EXPECT_EQ(code_of([&] { cron(bench.here, in); }), Code::invalid_argument);
    in.target = json::object{{"id", "ops"}};
    EXPECT_EQ(code_of([&] { cron(bench.here, in); }), Code::invalid_argument);
    in.target = nullptr;
    in.schedule = "whenever";
    EXPECT_EQ(code_of([&] { cron(bench.here, in); }), Code::invalid_argument);
    in.schedule = nullptr;
    EXPECT_EQ(cron(bench.here, in).added->expression, "1h");
}

TEST(Cron, AnswersWhereThisSessionsJobCameFrom) {
    Bench bench;
    ::setenv("STELE_JOB_CHANNEL", "telegram", 1);
    ::setenv("STELE_JOB_REPLY_TO", "ops", 1);
    AddInput in;
    in.name = "s";
    in.prompt = "p";
    const auto origin = [&](bool own_process) {
        bench.here.own_process = own_process;
        add(bench.here, in);
        return bench.ask(
            "SELECT coalesce(options -> 'origin' ->> 'channel', '-') FROM job_schedules");
    };
    EXPECT_EQ(origin(true), "telegram");
    EXPECT_EQ(origin(false), "-") << "a server's environment is nobody's";
    ::unsetenv("STELE_JOB_CHANNEL");
    ::unsetenv("STELE_JOB_REPLY_TO");
}

TEST(Heartbeat, TakesAlongWhatWaits) {
    Bench bench;
    EXPECT_THAT(wake(bench.here, {"first", WakeMode::next_heartbeat}).message,
                HasSubstr("there is no heartbeat"));
    bench.beat_every("1h");
    EXPECT_THAT(
        wake(bench.here, {"second, password=hunter2-hunter2", WakeMode::next_heartbeat}).message,
        HasSubstr("takes it along"));
    const InfoOutput before = info(bench.here, {});
    EXPECT_TRUE(before.heartbeat.configured);
    EXPECT_EQ(before.heartbeat.tick_count, 0);
    EXPECT_THAT(before.heartbeat.pending_wake_items, SizeIs(2));
    EXPECT_THAT(before.cron, IsEmpty()) << "the heartbeat is none of the others";
    bench.due();
    EXPECT_EQ(jobs::keep(bench.here), 1);
    EXPECT_EQ(bench.waiting(), "0");
    EXPECT_THAT(bench.told(), ElementsAre("first", "second, password=hunter2-hunter2"));
    bench.due();
    jobs::keep(bench.here);
    EXPECT_THAT(bench.told(), IsEmpty()) << "told once";
    const InfoOutput after = info(bench.here, {});
    EXPECT_EQ(after.heartbeat.tick_count, 2);
    EXPECT_TRUE(after.heartbeat.last_tick);
    EXPECT_THAT(after.heartbeat.pending_wake_items, IsEmpty());
}

TEST(Heartbeat, LosesNothingWhenItDoesNotCome) {
    Bench bench;
    bench.beat_every("1h");
    bench.due();
    jobs::keep(bench.here);
    wake(bench.here, {"text", WakeMode::next_heartbeat});
    bench.due();
    jobs::keep(bench.here);  // the one before still lives
    EXPECT_EQ(bench.waiting(), "1");
    EXPECT_THAT(bench.told(), IsEmpty());
    // The transaction that submits is lost.
    bench.tell(
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the maintenance died'; END $$;"
        "CREATE TRIGGER fail BEFORE UPDATE OF last_job_id ON job_schedules FOR EACH ROW "
        "WHEN (NEW.last_job_id IS DISTINCT FROM OLD.last_job_id) EXECUTE FUNCTION fail()");
    bench.due();
    jobs::keep(bench.here);
    EXPECT_EQ(bench.waiting(), "1");
    bench.tell("DROP TRIGGER fail ON job_schedules; UPDATE job_schedules SET retry_at = NULL");
    jobs::keep(bench.here);
    EXPECT_THAT(bench.told(), ElementsAre("text"));
}

TEST(Heartbeat, AJobThatIsThereAlreadyTakesNothing) {
    Bench bench;
    bench.beat_every("1h");
    bench.due();
    jobs::keep(bench.here);
    bench.told();
    wake(bench.here, {"text", WakeMode::next_heartbeat});
    bench.tell("UPDATE job_schedules SET next_at = last_at");
    jobs::keep(bench.here);
    EXPECT_EQ(bench.waiting(), "1") << "its input was written before";
}

TEST(Heartbeat, ManyKeepersTellEachItemOnce) {
    Bench bench;
    bench.beat_every("1h");
    std::vector<std::string> told;
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 20; ++i)
            wake(bench.here, {std::to_string(round * 20 + i), WakeMode::next_heartbeat});
        bench.due();
        {
            std::vector<std::jthread> maintainers;
            for (int k = 0; k < 6; ++k)
                maintainers.emplace_back([&] {
                    runtime::Context context = bench.context();
                    jobs::keep(context);
                });
        }
        for (const std::string& text : bench.told()) told.push_back(text);
    }
    ASSERT_THAT(told, SizeIs(100));
    for (int i = 0; i < 100; ++i) EXPECT_EQ(told[std::size_t(i)], std::to_string(i));
}

TEST(Heartbeat, TooMuchIsTakenInTurns) {
    Bench bench;
    bench.beat_every("1h");
    for (int i = 0; i < limits::kWakeItems + 7; ++i)
        wake(bench.here, {"x", WakeMode::next_heartbeat});
    EXPECT_EQ(info(bench.here, {}).heartbeat.pending_total, limits::kWakeItems + 7);
    bench.due();
    jobs::keep(bench.here);
    EXPECT_THAT(bench.told(), SizeIs(limits::kWakeItems));
    EXPECT_EQ(bench.waiting(), "7");
    for (int i = 0; i < 60; ++i)
        wake(bench.here, {std::string(limits::kWakeTextBytes, 'y'), WakeMode::next_heartbeat});
    bench.due();
    jobs::keep(bench.here);
    EXPECT_THAT(bench.told(), SizeIs(7 + 31)) << "half of what an input holds";
}

TEST(Heartbeat, ComesWhenItIsCalled) {
    Bench bench;
    EXPECT_EQ(code_of([&] { trigger(bench.here, {}); }), Code::not_found);
    bench.beat_every("1h");
    wake(bench.here, {"before", WakeMode::next_heartbeat});
    const WakeOutput came = wake(bench.here, {"at once", WakeMode::now});
    EXPECT_TRUE(came.job_id);
    const WakeOutput busy = trigger(bench.here, {});
    EXPECT_FALSE(busy.ok);
    EXPECT_THAT(busy.message, HasSubstr("the job before still lives"));
    EXPECT_THAT(bench.told(), ElementsAre("before", "at once"));
    EXPECT_TRUE(trigger(bench.here, {}).job_id);
    EXPECT_THAT(bench.told(), IsEmpty());
    EXPECT_GT(*info(bench.here, {}).heartbeat.next_tick, now()) << "it goes on from here";
    jobs::pause_schedule(bench.here, {"heartbeat"});
    EXPECT_EQ(code_of([&] { trigger(bench.here, {}); }), Code::conflict);
}

TEST(Heartbeat, BelongsToItsTenant) {
    Bench bench;
    runtime::Context stranger = bench.stranger();
    wake(stranger, {"theirs", WakeMode::next_heartbeat});
    bench.beat_every("1h");
    bench.due();
    jobs::keep(bench.here);
    EXPECT_THAT(bench.told(), IsEmpty());
    EXPECT_EQ(info(stranger, {}).heartbeat.pending_total, 1);
}

TEST(Hooks, HandAgentsSomethingToDo) {
    Bench bench;
    EXPECT_FALSE(info(bench.here, {}).hooks.enabled);
    bench.settings.hooks.token = "hooks-0123456789";
    hook_wake(bench.here, {"issue 12", WakeMode::next_heartbeat});
    const InfoOutput seen = info(bench.here, {});
    EXPECT_TRUE(seen.hooks.enabled);
    EXPECT_EQ(seen.hooks.pending_items, 1);
    HookAgentInput in;
    in.message = "review it";
    in.name = "forge";
    in.channel = "telegram";
    in.key = "pull-12";
    const HookAgentOutput first = hook_agent(bench.here, in);
    EXPECT_EQ(hook_agent(bench.here, in).job_id, first.job_id);
    const auto origin = jobs::get(bench.here, {first.job_id}).origin.value();
    EXPECT_EQ(origin.at("triggerType"), "hook");
    EXPECT_EQ(origin.at("from"), "forge");
    EXPECT_THAT(jobs::take(bench.here, 5), SizeIs(1));
}

}  // namespace
}  // namespace stele::randal
