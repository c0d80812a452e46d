// Notifications between two connections, through the loss of one.
#include "foundation/pg/notifications.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <map>

#include "support/test_database.hpp"

namespace stele::pg {
namespace {

using namespace std::chrono_literals;

struct Ear {
    explicit Ear(const testing::TestDatabase& database)
        : notifications([url = database.url()] { return ConnInfo::parse(url); }, "stele_test",
                        [this](const std::string& words) {
                            const std::lock_guard lock(mutex);
                            ++heard[words];
                            changed.notify_all();
                        }) {}

    bool hears(const std::string& words, std::chrono::milliseconds time) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, time, [&] { return heard[words] > 0; });
    }
    int times(const std::string& words) {
        const std::lock_guard lock(mutex);
        return heard[words];
    }
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::string, int> heard;
    Notifications notifications;
};

// What is said before the other listens is lost, as it may be at any time.
bool reaches(Ear& from, Ear& to, const std::string& words) {
    for (int i = 0; i < 200; ++i) {
        from.notifications.send(words);
        if (to.hears(words, 50ms)) return true;
    }
    return false;
}

TEST(Notifications, ReachOthersAndNotOneself) {
    const testing::TestDatabase database;
    Ear a(database), b(database);
    EXPECT_TRUE(reaches(a, b, "from a"));
    EXPECT_TRUE(reaches(b, a, "from b"));
    EXPECT_EQ(a.times("from a"), 0);
    // What is said at once goes out once.
    const int before = b.times("many");
    for (int i = 0; i < 1000; ++i) a.notifications.send("many");
    a.notifications.send("the end");  // goes out no sooner than the last of them
    EXPECT_TRUE(b.hears("the end", 10s));
    EXPECT_TRUE(b.hears("many", 10s));
    EXPECT_LT(b.times("many") - before, 100);
}

TEST(Notifications, OutliveTheirConnection) {
    const testing::TestDatabase database;
    Ear a(database), b(database);
    EXPECT_TRUE(reaches(a, b, "before"));
    database.connect()->script(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND "
        "datname = "
        "current_database()",
        deadline_in(10s));
    EXPECT_TRUE(reaches(a, b, "after"));
}

TEST(Notifications, EndWithoutAServer) {
    std::atomic<int> tries = 0;
    {
        Notifications nobody(
            [&] {
                ++tries;
                return ConnInfo::parse("postgresql://nobody@127.0.0.1:1/none");
            },
            "x", [](const std::string&) {});
        nobody.send("words");
        const Deadline most = deadline_in(30s);
        while (tries < 2 && time_left(most).count() > 0) std::this_thread::sleep_for(1ms);
    }
    EXPECT_GE(tries, 2) << "it tries again, and ends in the midst of that";
}

}  // namespace
}  // namespace stele::pg
