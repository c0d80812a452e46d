// Waking: who waits for jobs hears of them, whichever process submits; and the maintenance at work.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <thread>

#include "runtime/dispatcher.hpp"
#include "runtime/notifier.hpp"
#include "work/jobs/operations.hpp"
#include "work/jobs/queue/notify_bridge.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/jobs/tests/fixture.hpp"

namespace stele::jobs {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;

struct Waiting : World {
    Waiting() { register_operations(registry); }

    runtime::Context with(runtime::Notifier* notifier) {
        runtime::Context out = context();
        out.notifier = notifier;
        return out;
    }
    // Until somebody waits for it: what is done then is done while they wait.
    static void until_awaited(const runtime::Notifier& notifier, const std::string& name) {
        const Deadline most = deadline_in(30s);
        while (notifier.awaited(name) == 0 && time_left(most).count() > 0)
            std::this_thread::sleep_for(1ms);
        ASSERT_GT(notifier.awaited(name), 0) << name;
    }
    json::value run(const std::string& name, runtime::Notifier& notifier,
                    const json::object& input) {
        runtime::Context mine = with(&notifier);
        return runtime::Dispatcher().call(registry.get(name), mine, input);
    }
    std::function<pg::ConnInfo()> info() {
        return [url = database.app_url()] { return pg::ConnInfo::parse(url); };
    }
    runtime::Registry registry;
};

// Who waits looks once a second without a notification, too: only a wait that ends sooner was ended
// by it. On a busy machine one of ten is enough.
TEST(Wake, ASubmissionEndsAWait) {
    Waiting world;
    runtime::Notifier notifier;
    runtime::Context context = world.with(&notifier);
    const std::string notification =
        notification_of(context.caller.org, context.caller.project, "b");
    bool soon = false;
    for (int i = 0; i < 10 && !soon; ++i) {
        json::value got;
        const auto begun = std::chrono::steady_clock::now();
        std::thread worker([&] {
            got = world.run("job.lease", notifier,
                            {{"queues", json::array{"a", "b"}}, {"waitMs", 20'000}});
        });
        Waiting::until_awaited(notifier, notification);
        submit(context, job("x", "b"));
        worker.join();
        soon = std::chrono::steady_clock::now() - begun < 900ms;
        ASSERT_THAT(got.at("jobs").as_array(), SizeIs(1));
    }
    EXPECT_TRUE(soon);
    EXPECT_THAT(world.run("job.lease", notifier, {{"waitMs", 20}}).at("jobs").as_array(),
                SizeIs(0));
}

TEST(Wake, OtherProcessesHear) {
    Waiting world;
    runtime::Notifier here, there;
    NotifyBridge one(here, world.info()), other(there, world.info());
    const auto rings = [](runtime::Notifier& notifier, const std::function<void()>& submit_one) {
        const std::string notification =
            "00000000-0000-4000-8000-000000000001:00000000-0000-4000-8000-000000000001:q";
        const auto ticket = notifier.ticket({notification});
        for (int i = 0; i < 100 && notifier.ticket({notification}) == ticket; ++i) {
            submit_one();
            std::this_thread::sleep_for(50ms);
        }
        return notifier.ticket({notification}) != ticket;
    };
    EXPECT_TRUE(rings(there, [&] {
        runtime::Context context = world.with(&here);
        submit(context, job("x", "q"));
    }));
    EXPECT_TRUE(rings(here, [&] {  // from a program that has no notifier
        runtime::Context context = world.with(nullptr);
        submit(context, job("x", "q"));
    }));
    EXPECT_TRUE(rings(here, [&] {
        world.tell(
            "BEGIN; SET LOCAL ROLE stele_runtime;"
            "SELECT set_config('stele.org_id', '00000000-0000-4000-8000-000000000001', true),"
            "       set_config('stele.project_id', '00000000-0000-4000-8000-000000000001', true);"
            "SELECT stele_submit_job('q', 'x'); COMMIT");
    }));
}

TEST(Wake, WhoFollowsAJobHearsOfIt) {
    Waiting world;
    runtime::Notifier notifier;
    runtime::Context context = world.with(&notifier);
    const std::string id = submit(context, job()).id;
    const Leased one = take(context).at(0);
    json::value ended, reported;
    std::thread waits([&] {
        ended = world.run("job.wait", notifier, {{"jobId", id}, {"waitMs", 20'000}});
    });
    std::thread follows([&] {
        reported = world.run("job.events", notifier,
                             {{"jobId", id}, {"afterSeq", kStartedAt}, {"waitMs", 20'000}});
    });
    const Uuid job_id = *Uuid::parse(id);
    const std::string notification =
        watch_notification(context.caller.org, context.caller.project, job_id);
    const Deadline most = deadline_in(30s);
    while (notifier.awaited(notification) < 2 && time_left(most).count() > 0)
        std::this_thread::sleep_for(1ms);
    ASSERT_EQ(notifier.awaited(notification), 2);
    Report said = about(one);
    said.events = {{"output", {}, "hello"}};
    report(context, {{said}});
    follows.join();
    EXPECT_EQ(reported.at("events").at(0).at("payload"), json::value("hello"));
    complete(context, done({one}, "well"));
    waits.join();
    EXPECT_EQ(ended.at("output"), json::value("well"));
}

TEST(JobMaintenance, KeepsInTheBackground) {
    Waiting world;
    runtime::Notifier notifier;
    runtime::Context context = world.with(&notifier);
    SubmitInput in = job();
    in.delay_seconds = 60;
    submit(context, in);
    submit(context, job());
    take(context);
    world.pass(200);
    const JobMaintenance maintenance([&] { return world.with(&notifier); });
    for (int i = 0;
         i < 200 && world.ask("SELECT count(*)::text FROM job_queue WHERE state = 'ready'") != "2";
         ++i)
        std::this_thread::sleep_for(50ms);
    EXPECT_EQ(world.ask("SELECT count(*)::text FROM job_queue WHERE state = 'ready'"), "2");
}

}  // namespace
}  // namespace stele::jobs
