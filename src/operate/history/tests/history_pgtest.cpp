// db adopt and db revert against real databases.
#include <fmt/format.h>

#include <thread>

#include "foundation/base/error.hpp"
#include "operate/history/operations.hpp"
#include "operate/migrations/migrations.hpp"
#include "operate/setup/tests/context.hpp"
#include "support/test_database.hpp"

namespace stele::history {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::query;
using testing::TestDatabase;

const int kLast = int(ops::embedded_migrations().size());
const json::value kLatest = json::string(ops::version_text(kLast));

void register_all(runtime::Registry& registry) {
    ops::register_operations(registry);
    register_operations(registry);
}

struct History : testing::Test {
    TestDatabase database;
    ops::Bench bench{database.url(), database.url(), register_all};

    std::string refusal(const std::string& name, const json::object& input) {
        try {
            bench.run(name, input);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::refused) << error.what();
            return fmt::format("{} ({})", error.what(), error.hint());
        }
        return "it was not refused";
    }
    std::string ledger() {
        return query(database.url(),
                     "SELECT string_agg(version::text, ' ' ORDER BY version) FROM "
                     "public.schema_migrations");
    }
    bool exists(const std::string& table) {
        return !query(database.url(), "SELECT to_regclass('" + table + "')").empty();
    }
    json::object go_back(int to, bool without_backup = true) {
        return {{"to", to},
                {"force", true},
                {"confirm", "revert-postgres"},
                {"withoutBackup", without_backup}};
    }
    // A memory as old as `age`, and a backup as old as that.
    void remember(const std::string& age) {
        query(database.url(),
              fmt::format("INSERT INTO memories (org_id, project_id, id, scope, instance, type, "
                          "category, source, trust, content, content_hash, lexemes, tags, "
                          "metadata, pinned, created_at, updated_at) SELECT gen_random_uuid(), "
                          "gen_random_uuid(), gen_random_uuid(), 'global', 'i', 't', 'c', 's', "
                          "'verified', 'x', sha256('x'), '{{}}/1000000000', '{{}}', '{{}}', false, "
                          "now() - interval '{0}', now() - interval '{0}'",
                          age));
    }
    void back_up(const std::string& age) {
        query(database.url(),
              fmt::format("INSERT INTO stele_backups (id, made_at, file, bytes, sha256, "
                          "migration_version) VALUES (gen_random_uuid(), now() - interval '{}', "
                          "'f', 1, repeat('a', 64), 2)",
                          age));
    }
};

TEST_F(History, AdoptsASchemaThatIsAsTheMigrationsMakeIt) {
    query(database.url(), "DROP TABLE public.schema_migrations");
    const json::value out = bench.run("db.adopt", {{"at", kLast}});
    EXPECT_EQ(out.at("exitCode"), 0) << serialize(out);
    EXPECT_EQ(out.at("adopted").as_array().size(), std::size_t(kLast));
    EXPECT_EQ(bench.run("db.migrate").at("migrations").as_array().size(), 0u);
    EXPECT_EQ(bench.run("db.adopt", {{"at", kLast}}).at("adopted").as_array().size(), 0u);
    EXPECT_EQ(query(testing::server_url(),
                    "SELECT count(*) FROM pg_database WHERE datname LIKE 'stele\\_validate%'"),
              "0");
}

TEST_F(History, ADifferenceIsListedAndNothingIsWritten) {
    query(database.url(),
          "DROP TABLE public.schema_migrations; DROP INDEX memories_recent; ALTER TABLE "
          "memory_vectors NO FORCE ROW LEVEL SECURITY; CREATE TABLE strange (id int)");
    const json::value out = bench.run("db.adopt", {{"at", kLast}});
    EXPECT_EQ(out.at("exitCode"), 4);
    const std::string missing = serialize(out.at("missing"));
    EXPECT_THAT(missing, HasSubstr("memories_recent"));
    EXPECT_THAT(missing, HasSubstr("public.memory_vectors r p owner"));
    EXPECT_THAT(serialize(out.at("unexpected")), HasSubstr("column public.strange 1 id integer"));
    EXPECT_FALSE(exists("public.schema_migrations"));
    EXPECT_THAT(bench.print("db.adopt", {{"at", kLast}}), HasSubstr("nothing was written"));
}

TEST_F(History, ALaterSchemaIsNotAdoptedAsAnEarlierOne) {
    query(database.url(), "DROP TABLE public.schema_migrations");
    EXPECT_EQ(bench.run("db.adopt", {{"at", 1}}).at("exitCode"), 4);
    EXPECT_THROW(bench.run("db.adopt", {{"at", kLast + 1}}), Error);
}

TEST_F(History, RevertingNeedsItsWordsAndIsRefusedInProduction) {
    EXPECT_THAT(refusal("db.revert", {{"to", 1}}), HasSubstr("--confirm revert-postgres"));
    EXPECT_THAT(refusal("db.revert", {{"to", 1}, {"force", true}, {"confirm", "yes"}}),
                HasSubstr("another word"));
    bench.settings().environment = runtime::Environment::production;
    EXPECT_THAT(refusal("db.revert", go_back(1)), HasSubstr("environment is production"));
    EXPECT_TRUE(exists("partitioned_tables"));
    json::object allowed = go_back(1);
    allowed["allowProduction"] = true;
    EXPECT_EQ(bench.run("db.revert", allowed).at("to"), "0001");
    EXPECT_EQ(ledger(), "1");
    EXPECT_FALSE(exists("partitioned_tables"));
    EXPECT_EQ(bench.run("db.migrate").at("to"), kLatest);
}

TEST_F(History, ADryRunShowsWhatWouldBeDestroyed) {
    remember("1 day");
    remember("2 days");
    const json::value out = bench.run("db.revert", {{"to", 0}, {"dryRun", true}});
    EXPECT_EQ(out.at("reverted").as_array().size(), std::size_t(kLast));
    EXPECT_THAT(bench.print("db.revert", {{"to", 0}, {"dryRun", true}}),
                HasSubstr("would destroy table memories: 2 rows"));
    EXPECT_TRUE(exists("memories"));
}

TEST_F(History, WantsABackupThatIsNewerThanTheNewestRow) {
    EXPECT_EQ(bench.run("db.revert", {{"to", 1}, {"dryRun", true}}).at("backupSuffices"), true);
    remember("1 hour");
    EXPECT_THAT(refusal("db.revert", go_back(1, false)), HasSubstr("there is no backup"));
    back_up("2 hours");
    EXPECT_THAT(refusal("db.revert", go_back(1, false)), HasSubstr("the newest backup is from"));
    query(database.url(), "UPDATE stele_backups SET removed_at = now()");
    back_up("10 minutes");
    // Imported with an old time just now: its id tells.
    query(database.url(),
          "UPDATE memories SET id = encode(overlay(uuid_send(gen_random_uuid()) placing "
          "substring(int8send((extract(epoch FROM now()) * 1000)::bigint) from 3) from 1 for 6), "
          "'hex')::uuid");
    query(database.url(),
          "UPDATE memories SET id = overlay(id::text placing '7' from 15 for 1)::uuid");
    EXPECT_THAT(refusal("db.revert", go_back(1, false)), HasSubstr("the newest backup is from"));
    query(database.url(), "UPDATE memories SET id = gen_random_uuid()");
    EXPECT_EQ(bench.run("db.revert", go_back(1, false)).at("to"), "0001");
}

TEST_F(History, RowsUnderLegalHoldStopIt) {
    remember("1 day");
    query(database.url(), "UPDATE memories SET retention = 'legal-hold'");
    const std::string before = ledger();
    EXPECT_THAT(refusal("db.revert", go_back(2)), HasSubstr("memories has rows under legal hold"));
    EXPECT_EQ(ledger(), before);
}

TEST_F(History, AFileThatFailsIsRolledBackWhole) {
    query(database.url(), "CREATE VIEW holds AS SELECT id FROM retention_log");
    try {
        bench.run("db.revert", go_back(0));
        FAIL() << "the view should have stopped it";
    } catch (const Error& error) {
        EXPECT_THAT(std::string(error.what()), HasSubstr("0001_foundation.down.sql:"));
        EXPECT_THAT(std::string(error.what()), HasSubstr("the schema is at 0001"));
    }
    EXPECT_EQ(ledger(), "1");
    EXPECT_TRUE(exists("due_work"));
    EXPECT_EQ(bench.run("db.migrate").at("to"), kLatest);
}

TEST_F(History, AServerProcessThatIsKilledLeavesTheFileUndone) {
    bench.run("db.revert", go_back(2));
    const auto holder = database.connect();
    query(*holder, "BEGIN; LOCK TABLE partitioned_tables IN ACCESS SHARE MODE");
    std::jthread reverting([&] { EXPECT_THROW(bench.run("db.revert", go_back(1)), Error); });
    const std::string waits =
        "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' "
        "AND query LIKE '%DROP TABLE partitioned_tables%'";
    const auto watcher = database.connect();
    for (int i = 0; i < 600 && query(*watcher, "SELECT 1 " + waits).empty(); ++i)
        std::this_thread::sleep_for(50ms);
    EXPECT_EQ(query(*watcher, "SELECT pg_terminate_backend(pid) " + waits), "t");
    reverting.join();
    EXPECT_EQ(ledger(), "1 2");
    EXPECT_TRUE(exists("partitioned_tables"));
    query(*holder, "ROLLBACK");
    EXPECT_EQ(bench.run("db.revert", go_back(1)).at("to"), "0001");
}

TEST_F(History, GoesBackOnly) {
    bench.run("db.revert", go_back(1));
    EXPECT_THAT(refusal("db.revert", go_back(2)), HasSubstr("the database is at 0001"));
    EXPECT_EQ(bench.run("db.revert", go_back(1)).at("reverted").as_array().size(), 0u);
}

}  // namespace
}  // namespace stele::history
