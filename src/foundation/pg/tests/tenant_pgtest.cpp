// The tenant of a transaction is set in the round trip of its first statement: by set_config, or by
// SET LOCAL where Citus hands that on to the shards.
#include "foundation/pg/tenant.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <thread>

#include "foundation/pg/database.hpp"
#include "foundation/pg/error.hpp"
#include "support/test_database.hpp"

namespace stele::pg {
namespace {

using namespace std::chrono_literals;
using testing::query;
using testing::TestDatabase;

const Tenant kTenant{*Uuid::parse("11111111-1111-4111-8111-111111111111"),
                     *Uuid::parse("22222222-2222-4222-8222-222222222222")};
const std::string kBoth = kTenant.org.text() + " " + kTenant.project.text();

constexpr Statement kAsk{"test.ask",
                         "SELECT concat_ws(' ', stele_org(), stele_project()), current_user::text, "
                         "current_setting('statement_timeout')"};
constexpr Statement kFail{"test.fail", "SELECT 1 / 0"};
constexpr Statement kRemember{"test.remember", "INSERT INTO seen VALUES (stele_org())"};

// What the database of a Citus cluster has set; on another server nobody reads it.
constexpr const char* kAsOnCitus =
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET citus.propagate_set_commands = ''local''', "
    "current_database()); END $$";

class TenantOfATransaction : public ::testing::TestWithParam<bool> {
  protected:
    TenantOfATransaction() {
        query(database_.url(), "CREATE TABLE seen (org uuid)");
        query(database_.url(), "GRANT ALL ON seen TO stele_runtime");
        if (GetParam()) query(database_.url(), kAsOnCitus);
    }
    const TestDatabase database_;
    const Call call_{kTenant, deadline_in(60s)};
};

TEST_P(TenantOfATransaction, IsTheSameInEachKindAndEndsWithIt) {
    for (const std::string& url : {database_.app_url(), database_.url()}) {
        Database db(ConnInfo::parse(url), {.size = 1});
        Call snapshot = call_;
        snapshot.snapshot = true;
        for (int i = 0; i < 3; ++i) {
            const auto answers = db.pipeline(call_, [](Pipeline& p) {
                p.add(kAsk);
                p.add(kAsk);
            });
            ASSERT_EQ(answers.size(), 2u);
            EXPECT_EQ(answers[1][0].get<std::string>(0), kBoth);
            EXPECT_NE(answers[1][0].get<std::string>(1), "postgres");
            EXPECT_NE(answers[1][0].get<std::string>(2), "0");
            for (const Call& call : {call_, snapshot}) {
                const auto ask_twice = [](Transaction& tx) {
                    tx.query(kAsk);
                    return tx.query(kAsk)[0].get<std::string>(0);
                };
                EXPECT_EQ(db.transaction(call, ask_twice), kBoth);
            }
            EXPECT_EQ(db.untenanted(deadline_in(5s), kAsk)[0].get<std::string>(0), "");
        }
        EXPECT_EQ(db.stats().connects, 1u);
    }
}

TEST_P(TenantOfATransaction, WhatFailsLeavesNothingAndTheConnectionGoesOn) {
    Database db(ConnInfo::parse(database_.app_url()), {.size = 1});
    const auto fail = [&] {
        db.pipeline(call_, [](Pipeline& p) {
            p.add(kRemember);
            p.add(kFail);
        });
    };
    EXPECT_THROW(fail(), ServerError);
    EXPECT_EQ(query(database_.url(), "SELECT count(*) FROM seen"), "0");
    db.once(call_, kRemember);
    EXPECT_EQ(query(database_.url(), "SELECT org FROM seen"), kTenant.org.text());
    EXPECT_EQ(db.stats().connects, 1u);
}

INSTANTIATE_TEST_SUITE_P(BySetConfig, TenantOfATransaction, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(BySetLocal, TenantOfATransaction, ::testing::Values(true));

constexpr Statement kLimits{"test.limits",
                            "SELECT current_setting('statement_timeout'), "
                            "current_setting('idle_in_transaction_session_timeout')"};

TEST_P(TenantOfATransaction, TheSettingsBoundItsStatementsAndItsIdling) {
    for (const std::string& url : {database_.app_url(), database_.url()}) {
        Database db(ConnInfo::parse(url),
                    {.size = 1, .statement_timeout = 700ms, .idle_in_transaction_timeout = 300ms});
        for (const Result& row :
             {db.once(call_, kLimits),
              db.transaction(call_, [](Transaction& tx) { return tx.query(kLimits); })}) {
            EXPECT_EQ(row[0].get<std::string>(0), "700ms");
            EXPECT_EQ(row[0].get<std::string>(1), "300ms");
        }
        // The deadline counts where it is shorter, and nothing of it outlives the transaction.
        const Call soon{kTenant, deadline_in(500ms)};
        EXPECT_NE(db.once(soon, kLimits)[0].get<std::string>(0), "700ms");
        EXPECT_EQ(db.untenanted(deadline_in(10s), kLimits)[0].get<std::string>(1), "0");
        try {
            db.once(call_, {"test.sleep", "SELECT pg_sleep(30)"});
            ADD_FAILURE() << "it was not cancelled";
        } catch (const ServerError& error) {
            EXPECT_EQ(error.sqlstate(), "57014");
        }
        // The server ends a session that stands idle in its transaction; the next one has another.
        try {
            db.transaction(call_, [](Transaction& tx) {
                tx.query(kAsk);
                std::this_thread::sleep_for(1s);
                tx.query(kAsk);
            });
            ADD_FAILURE() << "it was not ended";
        } catch (const Error& error) {
            EXPECT_THAT(error.hint(), ::testing::HasSubstr("idleInTransactionTimeoutMs"));
        }
        EXPECT_EQ(db.once(call_, kAsk)[0].get<std::string>(0), kBoth);
    }
}

TEST(Pool, LearnsWhereCitusHandsSetLocalOn) {
    const TestDatabase database;
    Pool before(ConnInfo::parse(database.app_url()), {.size = 1});
    EXPECT_FALSE(before.acquire(deadline_in(5s)).opening().by_set_local);
    query(database.url(), kAsOnCitus);
    Pool after(ConnInfo::parse(database.app_url()), {.size = 1});
    EXPECT_TRUE(after.acquire(deadline_in(5s)).opening().by_set_local);
}

// The server warns of each SET LOCAL that stands outside a transaction block.
TEST(SetLocal, SetsTheTenantAloneAndIsNotWarnedAbout) {
    const TestDatabase database;
    const auto connection =
        Connection::open(ConnInfo::parse(database.app_url()), {}, deadline_in(5s));
    std::string notices;
    connection->on_notice([&](std::string_view notice) { notices += notice; });
    connection->script("BEGIN", deadline_in(5s));
    const int answers =
        queue_tenant(*connection, {.by_set_local = true}, kTenant, deadline_in(60s));
    std::vector<std::string> commands;
    for (const Result& answer : connection->flush(deadline_in(5s)))
        commands.emplace_back(answer.command());
    EXPECT_EQ(commands.size(), std::size_t(answers));
    EXPECT_THAT(commands, ::testing::ElementsAre("SELECT 1", "SET", "SET"));
    EXPECT_EQ(notices, "");
}

}  // namespace
}  // namespace stele::pg
