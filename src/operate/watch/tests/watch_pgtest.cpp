// The verbs against a server in the states that they are for.
#include <fmt/format.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "foundation/base/error.hpp"
#include "operate/setup/tests/context.hpp"
#include "operate/watch/operations.hpp"
#include "support/test_database.hpp"
#include "support/throwaway_server.hpp"

namespace stele::watch {
namespace {

using ops::Bench;
using testing::HasSubstr;
using testing::Not;
using testing::query;
using testing::TestDatabase;
using testing::ThrowawayServer;

Bench bench_of(const std::string& url) {
    return Bench(url, url, register_operations);
}

// Another session that runs one statement until it is cut off.
class Busy {
  public:
    Busy(const std::string& url, std::string sql)
        : connection_(testing::connect(url)), thread_([this, sql = std::move(sql)] {
              try {
                  connection_->script(sql, deadline_in(std::chrono::minutes(1)));
              } catch (const Error&) {  // it was cut off
              }
          }) {}
    ~Busy() {
        query(testing::server_url(),
              fmt::format("SELECT pg_terminate_backend({})", connection_->backend_pid()));
        thread_.join();
    }
    int pid() const { return connection_->backend_pid(); }

  private:
    std::unique_ptr<pg::Connection> connection_;
    std::thread thread_;
};

// Waits until the condition holds for what the operation answers.
template <class Condition>
json::value eventually(Bench& bench, const std::string& operation, Condition holds) {
    for (const auto limit = deadline_in(std::chrono::seconds(20));;) {
        json::value output = bench.run(operation);
        if (holds(output) || time_left(limit).count() == 0) return output;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

const json::value* session(const json::value& output, int pid) {
    for (const json::value& s : output.at("sessions").as_array())
        if (s.at("pid") == pid) return &s;
    return nullptr;
}

TEST(Activity, ShowsWhoIsBlockedByWhomAndNoLiterals) {
    const TestDatabase database;
    query(database.url(), "CREATE TABLE t (a text)");
    const auto holder = testing::connect(database.url());
    query(*holder, "BEGIN");
    query(*holder, "LOCK TABLE t");
    const Busy waiter(database.url(), "INSERT INTO t VALUES ('hunter22 password=hunter23')");
    Bench bench = bench_of(database.url());
    const json::value output = eventually(bench, "db.activity", [&](const json::value& out) {
        const json::value* s = session(out, waiter.pid());
        return s && !s->at("blockedBy").as_array().empty();
    });
    const json::value* blocked = session(output, waiter.pid());
    ASSERT_TRUE(blocked);
    EXPECT_EQ(blocked->at("blockedBy"), json::value(json::array{holder->backend_pid()}));
    EXPECT_EQ(blocked->at("query"), "INSERT INTO t VALUES ('…')");
    EXPECT_EQ(blocked->at("waitsFor"), "Lock: relation");
    ASSERT_TRUE(session(output, holder->backend_pid()));
    EXPECT_EQ(session(output, holder->backend_pid())->at("state"), "idle in transaction");
    const std::string text = bench.print("db.activity");
    EXPECT_THAT(text, HasSubstr(fmt::format("blocked by {}", holder->backend_pid())));
    EXPECT_THAT(text, Not(HasSubstr("hunter")));
}

TEST(Activity, IdleOnesOnlyWhenAskedFor) {
    const TestDatabase database;
    const auto idle = testing::connect(database.url());
    query(*idle, "SELECT 1");
    Bench bench = bench_of(database.url());
    EXPECT_FALSE(session(bench.run("db.activity"), idle->backend_pid()));
    EXPECT_TRUE(
        session(bench.run("db.activity", {{"all", true}, {"limit", 1000}}), idle->backend_pid()));
    EXPECT_TRUE(
        bench.run("db.activity", {{"minSeconds", 100'000}}).at("sessions").as_array().empty());
}

TEST(Activity, TheRuntimeRoleIsToldWhatItDoesNotSee) {
    const TestDatabase database;
    const Busy sleeper(database.url(), "SELECT pg_sleep(60)");
    Bench bench = bench_of(database.app_url());
    const json::value output = eventually(bench, "db.activity", [&](const json::value& out) {
        return session(out, sleeper.pid()) != nullptr;
    });
    ASSERT_TRUE(session(output, sleeper.pid()));
    EXPECT_EQ(session(output, sleeper.pid())->at("state"), "hidden");
    EXPECT_EQ(output.at("note").as_string().find("GRANT pg_read_all_stats TO stele_test_app") ==
                  json::string::npos,
              false);
}

TEST(Slow, SaysHowToLoadWhatIsMissing) {
    const TestDatabase database;
    Bench bench = bench_of(database.url());
    EXPECT_EQ(bench.run("db.slow").at("loaded"), false);
    EXPECT_THAT(bench.print("db.slow"),
                HasSubstr("ALTER SYSTEM SET shared_preload_libraries = pg_stat_statements;\n"));
    EXPECT_THAT(bench.print("db.slow"), HasSubstr("CREATE EXTENSION pg_stat_statements"));
    Bench runtime = bench_of(database.app_url());
    EXPECT_THAT(runtime.print("db.slow"), HasSubstr("may not see what else is in that list"));
}

TEST(Slow, WhatItSaysBringsIt) {
    ThrowawayServer server("shared_preload_libraries = 'auto_explain'\n");
    Bench bench = bench_of(server.url());
    const std::string how = std::string(bench.run("db.slow").at("howToLoad").as_string());
    EXPECT_THAT(how, HasSubstr("= auto_explain, pg_stat_statements;"));
    query(server.url(), how.substr(0, how.find('\n')));
    server.restart();
    EXPECT_EQ(bench.run("db.slow").at("howToLoad"), "CREATE EXTENSION pg_stat_statements;\n");
    query(server.url(), "CREATE EXTENSION pg_stat_statements");
    EXPECT_EQ(bench.run("db.slow").at("loaded"), true);
    EXPECT_EQ(query(server.url(), "SHOW shared_preload_libraries"),
              "auto_explain, pg_stat_statements");
}

TEST(Slow, ListsTheCostliestWhereItIsLoaded) {
    const ThrowawayServer server("shared_preload_libraries = 'pg_stat_statements'\n");
    Bench bench = bench_of(server.url());
    EXPECT_THAT(bench.print("db.slow"), Not(HasSubstr("ALTER SYSTEM")));
    query(server.url(), "CREATE EXTENSION pg_stat_statements");
    query(server.url(), "SELECT count(*) FROM generate_series(1, 200000)");
    const json::value output = bench.run("db.slow", {{"limit", 100}});
    EXPECT_EQ(output.at("loaded"), true);
    EXPECT_THAT(serialize(output), HasSubstr("SELECT count(*) FROM generate_series($1, $2)"));
    EXPECT_THAT(bench.print("db.slow"), HasSubstr("total ms"));
}

TEST(Sizes, TheLargestFirst) {
    const TestDatabase database;
    query(database.url(),
          "CREATE TABLE large AS SELECT g, repeat('x', 100) FROM generate_series(1, 20000) g");
    Bench bench = bench_of(database.app_url());
    const json::value output = bench.run("db.sizes");
    const json::value& first = output.at("tables").at(0);
    EXPECT_EQ(first.at("table"), "public.large");
    EXPECT_GT(first.at("totalBytes").to_number<int>(), 2'000'000);
    EXPECT_GT(output.at("databaseBytes").to_number<int>(), 2'000'000);
    EXPECT_THAT(bench.print("db.sizes"), HasSubstr("public.memories"));
}

// ---- db indexes

TEST(Indexes, AFreshSchemaNeedsNoMending) {
    const TestDatabase database;
    Bench bench = bench_of(database.app_url());
    EXPECT_EQ(bench.run("db.indexes").at("exitCode"), 0);
    EXPECT_EQ(bench.print("db.indexes", {{"problems", true}}), "every index is well\n");
    EXPECT_THAT(bench.print("db.indexes"), HasSubstr("public.memories_recent"));
}

// Runs each command that the verb gives, and expects nothing to be left to mend.
void mend_all(Bench& bench, const TestDatabase& database) {
    const json::value output = bench.run("db.indexes", {{"problems", true}});
    for (const json::value& index : output.at("indexes").as_array())
        query(database.url(), std::string(index.at("mend").as_string()));
    EXPECT_EQ(bench.run("db.indexes", {{"problems", true}}).at("indexes").as_array().size(), 0u);
}

TEST(Indexes, AnInvalidOneIsRebuilt) {
    const TestDatabase database;
    query(database.url(), "CREATE TABLE t AS SELECT 1 AS a FROM generate_series(1, 2)");
    const auto connection = testing::connect(database.url());
    EXPECT_THROW(query(*connection, "CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a)"), Error);
    query(database.url(), "DELETE FROM t WHERE ctid = '(0,1)'");
    Bench bench = bench_of(database.url());
    const json::value output = bench.run("db.indexes");
    EXPECT_EQ(output.at("exitCode"), 1);
    EXPECT_EQ(output.at("indexes").at(0).at("index"), "public.t_a");
    EXPECT_EQ(output.at("indexes").at(0).at("valid"), false);
    EXPECT_EQ(output.at("indexes").at(0).at("mend"), "REINDEX INDEX CONCURRENTLY public.t_a");
    mend_all(bench, database);
    EXPECT_EQ(
        query(database.url(), "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass"),
        "t");
}

TEST(Indexes, WhatAReindexLeftBehindIsDropped) {
    const TestDatabase database;
    query(database.url(),
          "CREATE TABLE t (a int); CREATE INDEX t_a_ccnew ON t (a); "
          "UPDATE pg_index SET indisvalid = false, indisready = false "
          "WHERE indexrelid = 't_a_ccnew'::regclass");
    Bench bench = bench_of(database.url());
    EXPECT_EQ(bench.run("db.indexes").at("indexes").at(0).at("mend"),
              "DROP INDEX CONCURRENTLY public.t_a_ccnew");
    mend_all(bench, database);
}

TEST(Indexes, OfTwoAlikeTheOneThatEnforcesSomethingStays) {
    const TestDatabase database;
    query(database.url(),
          "CREATE TABLE t (a int PRIMARY KEY, b int); CREATE INDEX aaa ON t (a); "
          "CREATE INDEX b1 ON t (b); CREATE INDEX b2 ON t (b); "
          "CREATE INDEX b_some ON t (b) WHERE a > 1; CREATE INDEX b_down ON t (b DESC)");
    Bench bench = bench_of(database.url());
    std::string mends;
    const json::value output = bench.run("db.indexes", {{"problems", true}});
    for (const json::value& index : output.at("indexes").as_array())
        mends += std::string(index.at("mend").as_string()) + ";";
    EXPECT_EQ(mends, "DROP INDEX CONCURRENTLY public.aaa;DROP INDEX CONCURRENTLY public.b2;");
    mend_all(bench, database);
}

// ---- db pool

TEST(PoolBudget, FitsOrSaysWhatToChange) {
    const ThrowawayServer server("max_connections = 20\nsuperuser_reserved_connections = 3\n");
    Bench bench = bench_of(server.url() + "&application_name=stele");
    const json::value fits = bench.run("db.pool", {{"processes", 2}, {"poolSize", 8}});
    EXPECT_EQ(fits.at("fits"), true);
    EXPECT_EQ(fits.at("available"), 17);
    EXPECT_EQ(fits.at("wanted"), 16);
    EXPECT_EQ(fits.at("exitCode"), 0);

    const auto other = testing::connect(server.url() + "&application_name=psql");
    const json::value tight = bench.run("db.pool", {{"processes", 3}, {"poolSize", 8}});
    EXPECT_EQ(tight.at("exitCode"), 1);
    EXPECT_EQ(tight.at("others"), 1);
    EXPECT_EQ(tight.at("available"), 16);
    const std::string text = bench.print("db.pool", {{"processes", 3}, {"poolSize", 8}});
    EXPECT_THAT(text, HasSubstr("set database.poolSize = 5 (STELE_DATABASE_POOL_SIZE)"));
    EXPECT_THAT(text, HasSubstr("ALTER SYSTEM SET max_connections = 28"));
    // What it proposes fits.
    EXPECT_EQ(bench.run("db.pool", {{"processes", 3}, {"poolSize", 5}}).at("fits"), true);
}

TEST(PoolBudget, PoolsOfOthersCountAtTheirLargest) {
    const ThrowawayServer server("max_connections = 100\nshared_buffers = 256MB\n");
    Bench bench = bench_of(server.url() + "&application_name=stele");
    const auto agent = testing::connect(server.url() + "&application_name=agent");
    const json::value fits = bench.run("db.pool", {{"beside", json::array{"agent=2x(20+20)"}}});
    EXPECT_EQ(fits.at("others"), 80);  // what it holds now is part of it
    EXPECT_EQ(fits.at("available"), 17);
    EXPECT_EQ(fits.at("exitCode"), 0);
    const json::object over{{"beside", json::array{"agent=2x(20+40)", "auth=10"}}};
    const json::value tight = bench.run("db.pool", over);
    EXPECT_EQ(tight.at("others"), 130);
    EXPECT_EQ(tight.at("available"), 0);
    EXPECT_EQ(tight.at("exitCode"), 1);
    EXPECT_EQ(tight.at("otherPools").as_array()[0].at("connections"), 120);
    const std::string text = bench.print("db.pool", over);
    EXPECT_THAT(text, HasSubstr("120  agent: 2 × (20 + 40), at most"));
    // 130 of others, 8 of its own, 3 reserved; and the buffers grow with them.
    EXPECT_THAT(text,
                HasSubstr("both together: ALTER SYSTEM SET max_connections = 141; ALTER SYSTEM "
                          "SET shared_buffers = '361MB'"));
    for (const char* bad : {"agent", "agent=", "=3", "agent=0x(20+40)", "agent=2x(0+40)",
                            "agent=2x(20+)", "agent=2x(20+40", "agent=-1", "agent=2x20x3"})
        EXPECT_THROW(bench.run("db.pool", {{"beside", json::array{bad}}}), Error) << bad;
}

TEST(PoolBudget, TheRolesOwnLimitCounts) {
    const ThrowawayServer server;
    query(server.url(), "CREATE ROLE narrow LOGIN CONNECTION LIMIT 6");
    Bench bench = bench_of(fmt::format("postgresql://narrow@127.0.0.1:{}/postgres", server.port()));
    const json::value output = bench.run("db.pool");
    EXPECT_EQ(output.at("limitedBy"), "role limit");
    EXPECT_EQ(output.at("available"), 6);
    EXPECT_EQ(output.at("wanted"), 8);  // one process with the default pool
    EXPECT_EQ(output.at("exitCode"), 1);
}

// ---- db settings

std::map<std::string, json::object> by_name(const json::value& output) {
    std::map<std::string, json::object> out;
    for (const json::value& one : output.at("settings").as_array())
        out[std::string(one.at("name").as_string())] = one.as_object();
    return out;
}

TEST(ServerSettings, AreTheGuidesForAGigabyteAndComparedWithTheServers) {
    const ThrowawayServer server(
        "shared_buffers = 262144kB\nwork_mem = 4MB\neffective_cache_size = '0.5GB'\n"
        "max_connections = 100\nlog_min_duration_statement = 1000\njit = off\n");
    Bench bench = bench_of(server.url());
    const json::value output = bench.run("db.settings", {{"memory", "1g"}, {"processors", 1}});
    auto settings = by_name(output);
    const std::map<std::string, std::string> guide{{"shared_buffers", "256MB"},
                                                   {"work_mem", "8MB"},
                                                   {"effective_cache_size", "512MB"},
                                                   {"max_connections", "100"}};
    for (const auto& [name, value] : guide)
        EXPECT_EQ(settings[name]["value"], json::string(value)) << name;
    EXPECT_EQ(output.at("compared"), true);
    for (const char* same : {"shared_buffers", "effective_cache_size", "max_connections",
                             "log_min_duration_statement", "jit"})
        EXPECT_EQ(settings[same]["same"], true) << same;
    EXPECT_EQ(settings["work_mem"]["same"], false);
    EXPECT_EQ(settings["work_mem"]["server"], "4MB");
    EXPECT_EQ(settings["work_mem"]["needsRestart"], false);
    EXPECT_EQ(settings["shared_buffers"]["needsRestart"], true);
    const std::string text = bench.print("db.settings", {{"memory", "1g"}});
    EXPECT_THAT(text, HasSubstr("\nshared_buffers = 256MB\n"));
    EXPECT_THAT(text, HasSubstr("# the server has 4MB\n"));
    for (const char* bad : {"1", "1x", "127m", "17t", "-1g", "g", "inf"})
        EXPECT_THROW(bench.run("db.settings", {{"memory", bad}}), Error) << bad;
}

// What it prints is a configuration that the server takes, and then there is no difference.
TEST(ServerSettings, ThePrintedLinesAreTheServersConfiguration) {
    Bench anywhere = bench_of(testing::server_url());
    const ThrowawayServer server(anywhere.print("db.settings", {{"memory", "512m"}}));
    const std::string text = bench_of(server.url()).print("db.settings", {{"memory", "512m"}});
    EXPECT_THAT(text, HasSubstr("# the server is set so"));
}

TEST(ServerSettings, ArePrintedWithoutAServer) {
    Bench bench = bench_of("postgresql://u@127.0.0.1:1/x");
    const std::string text = bench.print("db.settings", {{"memory", "2GB"}});
    EXPECT_THAT(text, HasSubstr("shared_buffers = 512MB\n"));
    EXPECT_THAT(text, HasSubstr("# not compared: PostgreSQL: error (connection refused"));
}

}  // namespace
}  // namespace stele::watch
