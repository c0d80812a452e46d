// `db status` and `db migrate` as operations, against databases in every condition.
#include "operate/status/status.hpp"

#include <fmt/format.h>

#include <fstream>

#include "foundation/base/error.hpp"
#include "operate/migrations/migrations.hpp"
#include "operate/setup/tests/context.hpp"
#include "support/fault_proxy.hpp"
#include "support/test_database.hpp"
#include "support/throwaway_server.hpp"

namespace stele::ops {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::query;
using testing::TestDatabase;

const std::string kVersion = version_text(int(embedded_migrations().size()));

TEST(Status, SevenLinesInTheirOrder) {
    const TestDatabase database;
    Bench bench(database.app_url());
    EXPECT_EQ(bench.print("db.status"),
              "Postgres: ok\n"
              "Schema: public (exists)\n"
              "Readable: yes\n"
              "Writable: not checked\n"
              "Migration version: " +
                  kVersion +
                  "\n"
                  "Extensions missing: none\n"
                  "Runtime memory store: postgres\n");
    const json::value output = bench.run("db.status");
    EXPECT_EQ(output.at("healthy"), true);
    EXPECT_EQ(output.at("exitCode"), 0);
    EXPECT_FALSE(output.as_object().contains("writable"));
}

TEST(Status, TheWriteCheckReallyWritesAndLeavesNothing) {
    const TestDatabase database;
    Bench bench(database.app_url());
    query(database.url(),
          "CREATE TABLE seen (what text); "
          "CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS "
          "$$BEGIN INSERT INTO public.seen VALUES (TG_OP); RETURN NULL; END$$; "
          "CREATE TRIGGER see AFTER INSERT OR DELETE ON memories FOR EACH ROW EXECUTE FUNCTION "
          "see()");
    EXPECT_THAT(bench.print("db.status", {{"writeCheck", true}}), HasSubstr("\nWritable: yes\n"));
    EXPECT_EQ(query(database.url(), "SELECT string_agg(what, ' ') FROM seen"), "INSERT DELETE");
    EXPECT_EQ(query(database.url(), "SELECT count(*) FROM memories"), "0");
}

TEST(Status, EachLineTellsItsOwnTruth) {
    const TestDatabase database;
    Bench bench(database.app_url());
    const auto line = [&](std::size_t n, const json::object& input = {}) {
        const json::value output = bench.run("db.status", input);
        EXPECT_EQ(output.at("exitCode"), 3);
        EXPECT_EQ(output.at("lines").as_array().size(), 7u);
        return std::string(output.at("lines").at(n).as_string());
    };
    query(database.url(),
          "ALTER TABLE memories DISABLE TRIGGER ALL; REVOKE INSERT ON memories FROM stele_runtime");
    EXPECT_THAT(line(3, {{"writeCheck", true}}), HasSubstr("Writable: no (permission denied"));
    EXPECT_EQ(bench.run("db.status").at("healthy"), true);  // unless it is checked

    query(database.url(), "REVOKE SELECT ON memories FROM stele_runtime");
    EXPECT_THAT(line(2), HasSubstr("Readable: no (permission denied for table memories"));
    EXPECT_EQ(line(6), "Runtime memory store: postgres (unavailable)");
    query(database.url(), "GRANT SELECT, INSERT ON memories TO stele_runtime");

    query(database.url(),
          "ALTER TABLE memories ALTER lexemes TYPE text; ALTER TABLE memory_vectors "
          "ALTER embedding TYPE text; DROP TABLE chat_threads, chat_messages, chat_summaries, "
          "chat_vectors CASCADE; DROP EXTENSION vector, pg_trgm CASCADE");
    EXPECT_EQ(line(5), "Extensions missing: pg_trgm, vector");

    query(database.url(),
          "INSERT INTO schema_migrations SELECT 9999, 'future', checksum, phase, "
          "now() + interval '1 day', 1, '' FROM schema_migrations LIMIT 1");
    EXPECT_THAT(line(4), HasSubstr("Migration version: 9999 (the database is newer"));
}

TEST(Status, OfAnEmptyDatabase) {
    const TestDatabase empty(TestDatabase::Schema::none);
    Bench bench(empty.url());
    const std::string text = bench.print("db.status");
    EXPECT_THAT(text, HasSubstr("Postgres: ok\nSchema: public (exists)\nReadable: no ("));
    EXPECT_THAT(text, HasSubstr(fmt::format("Migration version: none ({} pending)\n",
                                            embedded_migrations().size())));
    EXPECT_THAT(text, HasSubstr("Extensions missing: pg_trgm, pgcrypto, vector\n"));
    Bench nowhere(empty.url() + "&options=-csearch_path%3Dmissing_one");
    EXPECT_THAT(nowhere.print("db.status"), HasSubstr("\nSchema: missing_one (missing)\n"));
}

TEST(Status, WhenNobodyAnswers) {
    const int port = testing::free_port();
    Bench bench(fmt::format("postgresql://stele:hunter22@127.0.0.1:{}/stele", port));
    const std::string text = bench.print("db.status", {{"writeCheck", true}});
    EXPECT_EQ(text, fmt::format("Postgres: error (connection refused at 127.0.0.1:{})\n"
                                "Schema: public (unknown)\n"
                                "Readable: no\n"
                                "Writable: no\n"
                                "Migration version: unknown\n"
                                "Extensions missing: unknown\n"
                                "Runtime memory store: postgres (unavailable)\n",
                                port));
    EXPECT_EQ(bench.run("db.status").at("exitCode"), 3);
    EXPECT_EQ(serialize(bench.run("db.status", {{"verbose", true}})).find("hunter22"),
              std::string::npos);
}

TEST(Status, ASilentServerIsToldInTime) {
    const TestDatabase database;
    testing::FaultProxy proxy(database.app_url());
    pg::Database db(pg::ConnInfo::parse(proxy.url()),
                    {.acquire_timeout = 300ms, .connect_timeout = 300ms});
    proxy.blackhole(true);
    const StatusOutput status = database_status(db, {}, deadline_in(500ms));
    EXPECT_FALSE(status.healthy);
    EXPECT_THAT(status.lines[0], HasSubstr("Postgres: error (timeout at 127.0.0.1"));
}

TEST(Status, AReadOnlyServerIsReadableAndNotWritable) {
    const TestDatabase database;
    Bench bench(database.app_url() + "&options=-cdefault_transaction_read_only%3Don");
    const std::string text = bench.print("db.status", {{"writeCheck", true}});
    EXPECT_THAT(text, HasSubstr("Readable: yes\nWritable: no (cannot execute"));
}

TEST(Status, TheVerboseBlockStandsBelow) {
    const TestDatabase database;
    query(database.url(),
          "INSERT INTO embedding_models (name, dimensions, weights_hash, active) "
          "VALUES ('tiny', 3, 'x', true)");
    Bench bench(database.app_url());
    const json::value output = bench.run("db.status", {{"verbose", true}});
    const json::object& details = output.at("details").as_object();
    EXPECT_EQ(details.at("role").at("name"), "stele_test_app");
    EXPECT_EQ(details.at("role").at("superuser"), false);
    EXPECT_EQ(details.at("role").at("ownsTables"), 0);
    EXPECT_EQ(details.at("embeddingModel").at("name"), "tiny");
    EXPECT_TRUE(details.at("extensions").as_object().contains("vector"));
    EXPECT_GT(details.at("databaseBytes").to_number<int>(), 1'000'000);
    EXPECT_EQ(details.at("pool").at("size"), 2);
    const std::string text = bench.print("db.status", {{"verbose", true}});
    EXPECT_THAT(text, HasSubstr("Runtime memory store: postgres\n\n  "));
    EXPECT_THAT(text, HasSubstr("table memories: "));
    EXPECT_THAT(text, HasSubstr("\n  excessPowers: none\n"));
    EXPECT_THAT(text, HasSubstr("\n  backups: none\n"));
}

TEST(Status, TheVerboseBlockSaysHowOldTheBackupsAre) {
    const TestDatabase database;
    query(database.url(),
          "INSERT INTO stele_backups (id, made_at, file, bytes, sha256, migration_version, "
          "removed_at) SELECT gen_random_uuid(), now() - age, 'f', 1, repeat('a', 64), 1, CASE "
          "WHEN age > '30 hours' THEN now() END FROM unnest(ARRAY['2 hours', '26 hours', '50 "
          "hours']::interval[]) age");
    Bench bench(database.app_url());
    const json::value backups =
        bench.run("db.status", {{"verbose", true}}).at("details").at("backups");
    EXPECT_EQ(backups.at("newestHours").to_number<double>(), 2.0);
    EXPECT_EQ(backups.at("oldestHours").to_number<double>(), 26.0);
}

// ---- db migrate

TEST(Status, TooOldAPgvectorIsNamedAndRefused) {
    const TestDatabase database(TestDatabase::Schema::none);
    query(database.url(),
          "CREATE EXTENSION vector; SET allow_system_table_mods = on; "
          "UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'");
    try {
        migrate(pg::ConnInfo::parse(database.url()));
        ADD_FAILURE() << "migrated with pgvector 0.7.4";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::unavailable);
        EXPECT_THAT(error.what(), HasSubstr("vector 0.7.4 is too old, 0.8 is needed"));
        EXPECT_THAT(error.hint(), HasSubstr("ALTER EXTENSION vector UPDATE"));
    }
    EXPECT_EQ(query(database.url(), "SELECT to_regclass('public.schema_migrations') IS NULL"), "t");
    Bench bench(database.url());
    const json::value output = bench.run("db.status");
    EXPECT_EQ(output.at("exitCode"), 3);
    EXPECT_THAT(std::string(output.at("lines").at(5).as_string()),
                HasSubstr("(vector 0.7.4 is too old, 0.8 is needed)"));
}

TEST(MigrateOperation, PlansRunsAndSaysSo) {
    const TestDatabase empty(TestDatabase::Schema::none);
    Bench bench(empty.url(), empty.url());
    EXPECT_THAT(bench.print("db.migrate", {{"plan", true}}),
                HasSubstr("would apply 0001_foundation (expand, "));
    EXPECT_EQ(query(empty.url(), "SELECT to_regclass('schema_migrations') IS NULL"), "t");
    const json::value done = bench.run("db.migrate");
    EXPECT_EQ(done.at("from"), "none");
    EXPECT_EQ(done.at("to"), json::string(kVersion));
    EXPECT_EQ(bench.print("db.migrate"), "nothing to do: the schema is at " + kVersion + "\n");
    EXPECT_EQ(bench.run("db.status").at("migrationsPending"), 0);
}

TEST(MigrateOperation, TakesTheOwnersUrl) {
    const TestDatabase database;
    Bench bench(database.app_url(), database.app_url());
    bench.settings().database.admin_url = database.url();
    EXPECT_EQ(bench.run("db.migrate").at("migrations").as_array().size(), 0u);
}

TEST(MigrateOperation, ReadsAFolderAndRefusesDriftWithItsOwnCode) {
    const TestDatabase database;
    Bench bench(database.url(), database.url());
    char name[] = "/tmp/stele-migrations.XXXXXX";
    const std::filesystem::path folder = ::mkdtemp(name);
    std::ofstream(folder / "0001_other.up.sql") << "SELECT 1;";
    std::ofstream(folder / "0001_other.down.sql") << "SELECT 1;";
    try {
        bench.run("db.migrate", {{"dir", folder.string()}});
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(exit_code_of(error.code()), 4);
    }
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace stele::ops
