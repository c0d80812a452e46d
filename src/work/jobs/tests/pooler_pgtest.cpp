// Through a pooler that shares connections: everything but notifications, which nothing depends on.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "runtime/dispatcher.hpp"
#include "runtime/notifier.hpp"
#include "support/pooler.hpp"
#include "work/jobs/operations.hpp"
#include "work/jobs/queue/notify_bridge.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/jobs/tests/fixture.hpp"

namespace stele::jobs {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;

TEST(Pooler, JobsAreLeasedOnceAndWaitsEnd) {
    World world;
    const testing::Pooler pooler(testing::Pooler::Mode::transaction, 3);
    const std::string url = pooler.url(world.database.app_url());
    pg::Database db(pg::ConnInfo::parse(url), {.size = 8});
    runtime::Notifier notifier;
    const NotifyBridge notify_bridge(notifier, [&] { return pg::ConnInfo::parse(url); });
    const auto context = [&] {
        runtime::Context out{world.context().caller, world.settings, db, nullptr, deadline_in(60s)};
        out.local_files = true;
        out.notifier = &notifier;
        return out;
    };
    constexpr int kJobs = 200;
    runtime::Context mine = context();
    submit_batch(mine, many(kJobs));
    std::mutex mutex;
    std::multiset<std::string> seen;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t)
        threads.emplace_back([&] {
            runtime::Context own = context();
            while (true) {
                const auto jobs = take(own, 7);
                if (jobs.empty()) break;
                complete(own, done(jobs));
                const std::lock_guard lock(mutex);
                for (const Leased& one : jobs) seen.insert(one.id);
            }
        });
    threads.clear();
    EXPECT_THAT(seen, SizeIs(kJobs));
    EXPECT_THAT((std::set<std::string>(seen.begin(), seen.end())), SizeIs(kJobs));
    // Submitted where nobody in this process is notified.
    runtime::Registry registry;
    register_operations(registry);
    std::thread other([&] {
        const std::string notification =
            notification_of(mine.caller.org, mine.caller.project, "default");
        const Deadline most = deadline_in(30s);
        while (notifier.awaited(notification) == 0 && time_left(most).count() > 0)
            std::this_thread::sleep_for(1ms);
        EXPECT_GT(notifier.awaited(notification), 0);
        runtime::Context own = world.context();
        submit(own, job());
    });
    const json::value got = runtime::Dispatcher().call(registry.get("job.lease"), mine,
                                                       json::object{{"waitMs", 20'000}});
    other.join();
    EXPECT_THAT(got.at("jobs").as_array(), SizeIs(1));
}

}  // namespace
}  // namespace stele::jobs
