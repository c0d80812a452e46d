// The pool: what it says when it is used up, what it closes, what it replaces.
#include "foundation/pg/pool.hpp"

#include <fmt/format.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "foundation/pg/database.hpp"
#include "support/fault_proxy.hpp"
#include "support/test_database.hpp"

namespace stele::pg {
namespace {

using std::chrono::milliseconds;
using testing::FaultProxy;
using ::testing::HasSubstr;
using testing::TestDatabase;

const Statement kOne{"test.one", "SELECT 1"};

Call call() {
    const Uuid tenant = *Uuid::parse("00000000-0000-4000-8000-000000000001");
    return {{tenant, tenant}, deadline_in(milliseconds(10'000))};
}

TEST(Pool, SaysWhenNothingComesFree) {
    TestDatabase database;
    auto db = database.open({.size = 1, .acquire_timeout = milliseconds(100)});
    Pool::Lease held = db->pool().acquire(call().deadline);
    log::set_level(log::Level::warn);
    testing::internal::CaptureStderr();
    for (int i = 0; i < 2; ++i) {
        try {
            db->once(call(), kOne);
            ADD_FAILURE() << "there was one";
        } catch (const Error& full) {
            EXPECT_EQ(full.code(), Code::unavailable);
            EXPECT_THAT(full.hint(), HasSubstr("poolSize"));
        }
    }
    const std::string log = testing::internal::GetCapturedStderr();
    log::set_level(log::Level::error);
    EXPECT_EQ(db->stats().timeouts, 2u);
    // Both texts that operators search their logs for, once a second at most.
    EXPECT_THAT(log, HasSubstr("pool acquire timed out"));
    EXPECT_THAT(log, HasSubstr("pool timed out while waiting for an open connection"));
    EXPECT_EQ(log.find("pool acquire timed out"), log.rfind("pool acquire timed out"));
}

TEST(Pool, ClosesWhatIsUnusedForLongerThanTheSettingsSay) {
    TestDatabase database;
    auto db = database.open({.size = 4, .idle_timeout = milliseconds(300)});
    {
        std::vector<Pool::Lease> all;
        for (int i = 0; i < 3; ++i) all.push_back(db->pool().acquire(call().deadline));
    }
    EXPECT_EQ(db->stats().open, 3u);
    EXPECT_EQ(db->once(call(), kOne).rows(), 1);
    EXPECT_EQ(db->stats().open, 3u);
    std::this_thread::sleep_for(milliseconds(400));
    EXPECT_EQ(db->once(call(), kOne).rows(), 1);  // on one of them; the others go
    EXPECT_EQ(db->stats().open, 1u);
    EXPECT_EQ(db->stats().connects, 3u);
    EXPECT_EQ(db->once(call(), kOne).rows(), 1);
}

TEST(Pool, ReplacesConnectionsThatDiedWhileIdle) {
    TestDatabase database;
    FaultProxy proxy(database.app_url());
    Database db(ConnInfo::parse(proxy.url()), {.size = 4});
    EXPECT_EQ(db.once(call(), kOne).rows(), 1);
    proxy.cut();
    for (int i = 0; i < 5; ++i) EXPECT_EQ(db.once(call(), kOne).rows(), 1);
}

// The server says that it ends a session before it hangs up.
TEST(Pool, ReplacesConnectionsThatTheServerHasEnded) {
    TestDatabase database;
    Database db(ConnInfo::parse(database.app_url()), {.size = 1});
    const auto server_process = db.pool().acquire(deadline_in(milliseconds(5000)))->backend_pid();
    EXPECT_EQ(testing::query(database.url(),
                             fmt::format("SELECT pg_terminate_backend({}, 10000)", server_process)),
              "t");
    const auto next = db.pool().acquire(deadline_in(milliseconds(5000)));
    EXPECT_NE(next->backend_pid(), server_process);
    EXPECT_EQ(next->script("SELECT 1", deadline_in(milliseconds(5000))).rows(), 1);
}

}  // namespace
}  // namespace stele::pg
