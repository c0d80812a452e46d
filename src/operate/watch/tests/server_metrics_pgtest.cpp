#include "operate/watch/server_metrics.hpp"

#include <fmt/format.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "knowledge/memory/backfill.hpp"
#include "support/fault_proxy.hpp"
#include "support/test_database.hpp"

namespace stele::watch {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::query;
using testing::TestDatabase;

const More kQueue{memory::ask_queue_age, [](std::span<const pg::Result>) {}};

std::string scraped(pg::Database& db, const More& more = kQueue) {
    runtime::Metrics metrics;
    metrics.on_scrape([&](runtime::Scrape& scrape) {
        scrape.gauge("stele_ours", "Ours", 1);
        scrape_server(db, scrape, more, deadline_in(std::chrono::seconds(2)));
    });
    return metrics.text();
}

TEST(ServerMetrics, HaveTheNamesThatDashboardsKnow) {
    const TestDatabase database;
    const auto db = database.open();
    const std::string text = scraped(*db);
    for (const std::string& line :
         {std::string("\npg_up 1\n"),
          fmt::format("\npg_database_size_bytes{{datname=\"{}\"}} ", database.name()),
          std::string("\npg_stat_database_xact_commit{datid=\""),
          std::string("\npg_stat_activity_count{datname=\""),
          std::string("\npg_settings_max_connections 200\n"),
          fmt::format("\npg_locks_count{{datname=\"{}\",mode=\"accessexclusivelock\"}} 0\n",
                      database.name()),
          fmt::format("\npg_stat_user_tables_n_live_tup{{datname=\"{}\",schemaname=\"public\","
                      "relname=\"memories\"}} 0\n",
                      database.name()),
          std::string("relname=\"memories\",indexrelname=\"memories_recent\"} ")})
        EXPECT_THAT(text, HasSubstr(line));
}

TEST(ServerMetrics, ARelationThatIsGoneIsNotShownAnyMore) {
    const TestDatabase database;
    const auto db = database.open();
    runtime::Metrics metrics;
    metrics.on_scrape([&](runtime::Scrape& scrape) {
        scrape_server(*db, scrape, kQueue, deadline_in(std::chrono::seconds(5)));
    });
    query(database.url(), "CREATE TABLE passing (a int)");
    EXPECT_THAT(metrics.text(), HasSubstr("relname=\"passing\""));
    query(database.url(), "DROP TABLE passing");
    EXPECT_THAT(metrics.text(), Not(HasSubstr("relname=\"passing\"")));
}

TEST(ServerMetrics, WithoutStelesSchemaTheServersAreThere) {
    const TestDatabase empty(TestDatabase::Schema::none);
    pg::Database db(pg::ConnInfo::parse(empty.url()), {.size = 1});
    const std::string text = scraped(db);
    EXPECT_THAT(text, HasSubstr("\npg_up 1\n"));
    EXPECT_THAT(text, HasSubstr("\npg_stat_database_xact_commit{"));
}

TEST(ServerMetrics, ALockedTableKeepsNobodyWaiting) {
    const TestDatabase database;
    const auto db = database.open();
    const auto holder = testing::connect(database.url());
    query(*holder, "BEGIN");
    query(*holder, "LOCK TABLE memories");
    const std::string text = scraped(*db);
    const auto size_of = [&](const char* table) {
        return fmt::format(
            "pg_stat_user_tables_table_size_bytes{{datname=\"{}\",schemaname=\"public\",relname=\"{"
            "}\"}}",
            database.name(), table);
    };
    EXPECT_THAT(text, HasSubstr("\npg_up 1\n"));
    EXPECT_THAT(text, HasSubstr(size_of("embedding_queue")));
    EXPECT_THAT(text, Not(HasSubstr(size_of("memories"))));
    // Another database of the same template has the same object ids, and nothing is locked there.
    const TestDatabase twin;
    EXPECT_THAT(scraped(*twin.open()),
                HasSubstr(fmt::format("pg_stat_user_tables_table_size_bytes{{datname=\"{}\","
                                      "schemaname=\"public\",relname=\"memories\"}}",
                                      twin.name())));
}

// The numbers of one transaction: the queue's answer came with the server's.
TEST(ServerMetrics, TheQueueComesInTheSameRoundTrip) {
    const TestDatabase database;
    query(database.url(),
          "INSERT INTO memories SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), "
          "'global', 'i', 't', 'c', 's', 'u', 'text', sha256('x'), '{}/1000000000', '{}', '{}', "
          "false, NULL, NULL, NULL, "
          "NULL, NULL, NULL, NULL, NULL, NULL, 1, now(), now(); "
          "INSERT INTO embedding_queue SELECT org_id, project_id, id FROM memories");
    const auto db = database.open();
    std::int64_t waiting = -1;
    scraped(*db, {memory::ask_queue_age, [&](std::span<const pg::Result> answers) {
                      waiting = memory::queue_age_in(answers).waiting;
                  }});
    EXPECT_EQ(waiting, 1);
    EXPECT_EQ(db->stats().acquired, 1u);
}

TEST(ServerMetrics, WhenTheDatabaseIsAwayOursAreStillThere) {
    const TestDatabase database;
    testing::FaultProxy proxy(database.app_url());
    pg::Database db(pg::ConnInfo::parse(proxy.url()), {.size = 1});
    proxy.refuse(true);
    const std::string text = scraped(db);
    EXPECT_THAT(text, HasSubstr("\npg_up 0\n"));
    EXPECT_THAT(text, HasSubstr("\nstele_ours 1\n"));
    EXPECT_THAT(text, Not(HasSubstr("pg_stat")));
    proxy.refuse(false);
    EXPECT_THAT(scraped(db), HasSubstr("\npg_up 1\n"));
    proxy.blackhole(true);
    EXPECT_THAT(scraped(db), HasSubstr("\npg_up 0\n"));
}

}  // namespace
}  // namespace stele::watch
