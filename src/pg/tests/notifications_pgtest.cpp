// Notifications between two connections, through the loss of one.
#include "pg/notifications.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
    EXPECT_EQ(a.heard["from a"], 0);
    // What is said at once goes out once.
    const int before = b.heard["many"];
    for (int i = 0; i < 1000; ++i) a.notifications.send("many");
    EXPECT_TRUE(b.hears("many", 10s));
    std::this_thread::sleep_for(50ms);
    const std::lock_guard lock(b.mutex);
    EXPECT_LT(b.heard["many"] - before, 100);
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
    Notifications nobody([] { return ConnInfo::parse("postgresql://nobody@127.0.0.1:1/none"); },
                         "x", [](const std::string&) {});
    nobody.send("words");
    std::this_thread::sleep_for(50ms);
}

}  // namespace
}  // namespace stele::pg
