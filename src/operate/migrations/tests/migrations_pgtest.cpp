// The runner against a real server: order, races, crashes, drift, poolers.
#include "operate/migrations/migrations.hpp"

#include <fmt/format.h>

#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/pg/database.hpp"
#include "foundation/pg/environment.hpp"
#include "migrations_fixture.hpp"
#include "support/fault_proxy.hpp"
#include "support/pooler.hpp"

namespace stele::ops {
namespace {

using ::testing::HasSubstr;

TEST_F(Migrate, AppliesInOrderAndRecordsWhatItDid) {
    const auto files = Folder()
                           .add("0001_a", "CREATE TABLE a (x int);")
                           .add("0002_b", "-- stele:phase contract\nALTER TABLE a DROP COLUMN x;")
                           .load();
    const auto result = run(files);
    EXPECT_EQ(result.from, 0);
    EXPECT_EQ(result.to, 2);
    ASSERT_EQ(result.applied.size(), 2u);
    EXPECT_EQ(result.applied[1].migration->id(), "0002_b");
    EXPECT_EQ(ask("SELECT string_agg(concat_ws('|', version, name, checksum, phase, applied_by, "
                  "duration_ms >= 0, applied_at > now() - interval '1 minute'), ' ' "
                  "ORDER BY version) FROM public.schema_migrations"),
              fmt::format("1|a|{}|expand|postgres|t|t 2|b|{}|contract|postgres|t|t",
                          files[0].checksum, files[1].checksum));
}

TEST_F(Migrate, SecondRunChangesNothing) {
    const auto files = Folder().add("0001_a", "CREATE TABLE a (x int);").load();
    run(files);
    const std::string catalog = "SELECT max(xmin::text::bigint) FROM pg_class";
    const auto before = ask(catalog);
    EXPECT_TRUE(run(files).applied.empty());
    EXPECT_EQ(ask(catalog), before);
    EXPECT_EQ(ledger(), "1");
}

TEST_F(Migrate, AFailureRollsItsFileBackAndStops) {
    const auto files = Folder()
                           .add("0001_a", "CREATE TABLE a (x int);")
                           .add("0002_b", "CREATE TABLE b (x int);\n\nSELECT 1/0;")
                           .add("0003_c", "CREATE TABLE c (x int);")
                           .load();
    const Error error = refusal(files);
    EXPECT_EQ(error.code(), Code::failed);
    EXPECT_THAT(error.what(), HasSubstr("0002_b.up.sql:3:"));
    EXPECT_THAT(error.what(), HasSubstr("division by zero"));
    EXPECT_THAT(error.what(), HasSubstr("SELECT 1/0"));
    EXPECT_EQ(ledger(), "1");
    EXPECT_EQ(ask("SELECT count(*) FROM pg_class WHERE relname IN ('b', 'c')"), "0");
}

TEST_F(Migrate, SearchPathOfOneFileEndsWithIt) {
    const auto files =
        Folder()
            .add("0001_a", "CREATE SCHEMA other; SET search_path = other; CREATE TABLE x1 ();")
            .add("0002_b", "CREATE TABLE x2 ();")
            .load();
    run(files);
    EXPECT_EQ(ask("SELECT 'x2'::regclass::text || ' ' || 'other.x1'::regclass"), "x2 other.x1");
}

TEST_F(Migrate, ToStopsAndNeverGoesBack) {
    const auto files = Folder().add("0001_a", "SELECT 1;").add("0002_b", "SELECT 2;").load();
    EXPECT_EQ(run(files, {.to = 1}).to, 1);
    EXPECT_EQ(ledger(), "1");
    EXPECT_EQ(run(files).to, 2);
    EXPECT_EQ(refusal(files, {.to = 1}).code(), Code::refused);
    EXPECT_EQ(refusal(files, {.to = 3}).code(), Code::invalid_argument);
}

TEST_F(Migrate, PlanChangesNothing) {
    const auto files = Folder().add("0001_a", "CREATE TABLE a ();").load();
    const auto plan = run(files, {.plan = true});
    ASSERT_EQ(plan.applied.size(), 1u);
    EXPECT_EQ(plan.to, 1);
    EXPECT_EQ(ask("SELECT count(*) FROM pg_class WHERE relname IN ('a', 'schema_migrations')"),
              "0");
}

TEST_F(Migrate, DriftIsRefusedWithItsKind) {
    Folder folder;
    folder.add("0001_a", "SELECT 1;").add("0002_b", "SELECT 2;").add("0003_c", "SELECT 3;");
    const auto files = folder.load();
    run(files);
    const auto kind = [&](const Migrations& set) {
        const Error error = refusal(set);
        EXPECT_EQ(exit_code_of(error.code()), 4);
        return std::string(error.details().at("drift").as_string());
    };
    EXPECT_EQ(kind(folder.add("0002_b", "SELECT 22;").load()), "changed");
    EXPECT_EQ(kind({files[0], files[1]}), "newer");
    ask("UPDATE public.schema_migrations SET applied_at = 'epoch' WHERE version = 3");
    EXPECT_EQ(kind(files), "out_of_order");
    ask("DELETE FROM public.schema_migrations WHERE version = 2");
    EXPECT_EQ(kind(files), "gap");
}

TEST_F(Migrate, AnotherToolsLedgerIsLeftAlone) {
    ask("CREATE TABLE public.schema_migrations (version text PRIMARY KEY)");
    const Error error = refusal(Folder().add("0001_a", "SELECT 1;").load());
    EXPECT_EQ(error.code(), Code::refused);
    EXPECT_THAT(error.what(), HasSubstr("another tool"));
}

TEST_F(Migrate, TablesOfAnotherApplicationAreRefusedBeforeAnythingIsMade) {
    const auto files = Folder().add("0001_a", "CREATE TABLE a ();").load();
    const std::string relations =
        "SELECT string_agg(relname, ',') FROM pg_class WHERE relnamespace "
        "IN ('public'::regnamespace, to_regnamespace('shop')) "
        "AND relkind IN ('r', 'v')";
    for (const char* theirs : {"CREATE TABLE users (id int)", "CREATE VIEW users AS SELECT 1 AS id",
                               "CREATE SCHEMA shop; CREATE TABLE shop.users (id int)"}) {
        SCOPED_TRACE(theirs);
        const TestDatabase shared(TestDatabase::Schema::none);
        const auto info = pg::ConnInfo::parse(shared.url());
        query(shared.url(), theirs);
        for (const bool plan : {true, false}) try {
                migrate(info, {.migrations = &files, .plan = plan});
                ADD_FAILURE() << "nothing was refused";
            } catch (const Error& error) {
                EXPECT_EQ(error.code(), Code::refused);
                EXPECT_THAT(error.what(), HasSubstr("users"));
                EXPECT_THAT(error.hint(), HasSubstr("--into-existing"));
            }
        EXPECT_EQ(query(shared.url(), relations), "users");
        EXPECT_EQ(migrate(info, {.migrations = &files, .into_existing = true}).to, 1);
        EXPECT_EQ(migrate(info, {.migrations = &files}).to, 1);  // now there is a ledger
    }
}

TEST_F(Migrate, WhatBelongsToExtensionsIsNobodys) {
    ask("CREATE EXTENSION pg_stat_statements");
    EXPECT_EQ(run(Folder().add("0001_a", "CREATE TABLE a ();").load()).to, 1);
}

TEST_F(Migrate, ASchemaOfItsOwnIsMadeAndFound) {
    const auto files = Folder().add("0001_a", "CREATE TABLE a ();").load();
    const auto info = pg::ConnInfo::parse(database.url());
    EXPECT_EQ(run(files, {.plan = true, .schema = "My Stele"}).applied.size(), 1u);
    EXPECT_EQ(ask("SELECT to_regnamespace('\"My Stele\"') IS NULL"), "t");
    EXPECT_EQ(run(files, {.schema = "My Stele"}).to, 1);
    EXPECT_TRUE(run(files, {.schema = "My Stele"}).applied.empty());
    EXPECT_EQ(ask("SELECT current_schema()"), "My Stele");
    EXPECT_EQ(ask("SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE "
                  "relnamespace = '\"My Stele\"'::regnamespace AND relkind = 'r'"),
              "a,schema_migrations");
    // A session that works elsewhere is told, not served from other tables.
    pg::ConnInfo elsewhere = info;
    elsewhere.set(pg::kSchema, "other");
    pg::Database db(elsewhere, {.size = 1});
    try {
        schema_state(db, deadline_in(10s));
        ADD_FAILURE() << "nothing was refused";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::configuration);
        EXPECT_THAT(error.what(), HasSubstr("work in the schema \"My Stele\""));
    }
}

TEST_F(Migrate, ASchemaBesideAnotherApplicationLeavesItsSearchPathAlone) {
    ask("CREATE TABLE users (id int)");
    const auto files = Folder().add("0001_a", "CREATE TABLE a ();").load();
    EXPECT_EQ(run(files, {.schema = "stele"}).to, 1);
    EXPECT_EQ(ask("SELECT current_schema()"), "stele");  // this login's
    EXPECT_EQ(ask("SELECT count(*) FROM pg_db_role_setting WHERE setrole = 0 AND setdatabase = "
                  "(SELECT oid FROM pg_database WHERE datname = current_database())"),
              "0");
}

TEST_F(Migrate, TheServersClockMayRunBackwards) {
    Folder folder;
    folder.add("0001_a", "SELECT 1;");
    run(folder.load());
    ask("UPDATE public.schema_migrations SET applied_at = now() + interval '1 day'");
    run(folder.add("0002_b", "SELECT 2;").load());
    EXPECT_TRUE(run(folder.load()).applied.empty());
}

// CREATE INDEX CONCURRENTLY waits for every snapshot: a runner waiting for the lock must hold none.
TEST_F(Migrate, EightRunnersAtOnceApplyEachFileOnce) {
    const auto files = Folder()
                           .add("0001_a", "CREATE TABLE ran (v int); INSERT INTO ran VALUES (1);")
                           .add("0002_b",
                                "-- stele:no-transaction\nINSERT INTO ran VALUES (2);\n"
                                "CREATE INDEX CONCURRENTLY IF NOT EXISTS ran_v ON ran (v);")
                           .add("0003_c", "SELECT pg_sleep(0.3); INSERT INTO ran VALUES (3);")
                           .load();
    std::vector<pid_t> runners;
    for (int i = 0; i < 8; ++i) runners.push_back(fork_runner(files));
    for (const pid_t pid : runners) EXPECT_EQ(wait_for(pid), 0);
    EXPECT_EQ(ask("SELECT string_agg(v::text, ',' ORDER BY v) FROM ran"), "1,2,3");
    EXPECT_EQ(ledger(), "1,2,3");
}

TEST_F(Migrate, TheNextRunFinishesWhatAKilledOneBegan) {
    const auto files = Folder()
                           .add("0001_a", "CREATE TABLE a ();")
                           .add("0002_b", "CREATE TABLE b (); SELECT pg_sleep(1.5);")
                           .load();
    const pid_t runner = fork_runner(files);
    ASSERT_TRUE(eventually([&] {
        return ask("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(1.5)%' "
                   "AND datname = current_database() AND pid <> pg_backend_pid()") == "1";
    }));
    ::kill(runner, SIGKILL);
    EXPECT_EQ(wait_for(runner), 128 + SIGKILL);
    EXPECT_EQ(ledger(), "1");
    EXPECT_EQ(run(files).to, 2);
    EXPECT_EQ(ledger(), "1,2");
    EXPECT_EQ(ask("SELECT to_regclass('b') IS NOT NULL"), "t");
}

TEST_F(Migrate, ALostConnectionIsSaidAndTheNextRunFinishes) {
    testing::FaultProxy proxy(database.url());
    const auto files = Folder()
                           .add("0001_a", "CREATE TABLE a ();")
                           .add("0002_b", "CREATE TABLE b (); SELECT pg_sleep(0.5);")
                           .load();
    std::thread weather([&] {
        eventually([&] {
            return ask("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT "
                       "pg_sleep(0.5)%' "
                       "AND datname = current_database() AND pid <> pg_backend_pid()") == "1";
        });
        proxy.cut();
    });
    try {
        migrate(pg::ConnInfo::parse(proxy.url()), {.migrations = &files});
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::unavailable);
        EXPECT_TRUE(error.retryable());
        EXPECT_THAT(error.what(), HasSubstr("0002_b.up.sql:1:"));
    }
    weather.join();
    EXPECT_EQ(ledger(), "1");
    EXPECT_EQ(migrate(pg::ConnInfo::parse(proxy.url()), {.migrations = &files}).to, 2);
}

TEST_F(Migrate, AnInvalidIndexIsRebuilt) {
    Folder folder;
    folder.add("0001_a", "CREATE TABLE t (v int); INSERT INTO t VALUES (1), (1);");
    run(folder.load());
    const auto files = folder
                           .add("0002_b",
                                "-- stele:no-transaction\n"
                                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_v "
                                "ON t (v);")
                           .load();
    const Error error = refusal(files);  // leaves t_v behind, INVALID, as a crash does
    EXPECT_THAT(error.hint(), HasSubstr("IF NOT EXISTS"));
    const std::string valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_v'::regclass";
    ASSERT_EQ(ask(valid), "f");
    EXPECT_EQ(ledger(), "1");
    ask("DELETE FROM t");
    run(files);
    EXPECT_EQ(ask(valid), "t");
    EXPECT_EQ(ledger(), "1,2");
}

TEST_F(Migrate, SaysWhoHoldsTheLock) {
    const auto holder = database.connect();
    const auto pid = query(*holder, "SELECT pg_backend_pid()");
    query(*holder, "SELECT pg_advisory_lock(358435089509) AS someone_else");
    const Error error = refusal(Folder().add("0001_a", "SELECT 1;").load(), {.lock_wait = 200ms});
    EXPECT_EQ(error.code(), Code::conflict);
    EXPECT_TRUE(error.retryable());
    EXPECT_THAT(error.what(), HasSubstr("process " + pid));
    EXPECT_THAT(error.what(), HasSubstr("AS someone_else"));
    EXPECT_EQ(ask("SELECT to_regclass('public.schema_migrations') IS NULL"), "t");
}

TEST_F(Migrate, ALockOnATableEndsTheFileNotTheService) {
    Folder folder;
    folder.add("0001_a", "CREATE TABLE t ();");
    run(folder.load());
    const auto reader = database.connect();
    query(*reader, "BEGIN; LOCK TABLE t IN ACCESS SHARE MODE");
    const Error error =
        refusal(folder.add("0002_b", "ALTER TABLE t ADD c int;").load(), {.lock_timeout = 100ms});
    EXPECT_TRUE(error.retryable());
    EXPECT_THAT(error.what(), HasSubstr("lock timeout"));
    EXPECT_EQ(ledger(), "1");
}

TEST_F(Migrate, ATransactionPoolerIsFoundOutAndASessionPoolerWillDo) {
    const auto files = Folder().add("0001_a", "CREATE TABLE a ();").load();
    {
        const testing::Pooler pooler(testing::Pooler::Mode::transaction);
        try {
            migrate(pg::ConnInfo::parse(pooler.url(database.url())), {.migrations = &files});
            FAIL();
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::configuration);
            EXPECT_THAT(error.what(), HasSubstr("is a transaction pooler"));
            EXPECT_THAT(error.hint(), HasSubstr("adminUrl"));
        }
        EXPECT_EQ(ask("SELECT to_regclass('public.schema_migrations') IS NULL"), "t");
    }
    const testing::Pooler pooler(testing::Pooler::Mode::session);
    EXPECT_EQ(migrate(pg::ConnInfo::parse(pooler.url(database.url())), {.migrations = &files}).to,
              1);
}

TEST_F(Migrate, RetriesUntilTheServerIsThere) {
    auto nowhere = pg::ConnInfo::parse(database.url());
    nowhere.set("host", "/nonexistent");
    const auto files = Folder().add("0001_a", "SELECT 1;").load();
    try {
        migrate(nowhere, {.migrations = &files, .connect_tries = 3, .connect_pause = 10ms});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(exit_code_of(error.code()), 3);
    }
}

TEST_F(Migrate, TheEmbeddedSchemaGoesOnAnEmptyDatabase) {
    const auto result = migrate(pg::ConnInfo::parse(database.url()));
    EXPECT_EQ(result.to, int(embedded_migrations().size()));
    pg::Database db(pg::ConnInfo::parse(database.url()), {});
    const SchemaState state = schema_state(db, deadline_in(10s));
    EXPECT_EQ(state.version, result.to);
    EXPECT_EQ(state.pending, 0);
    EXPECT_EQ(state.drift, "");
}

TEST(SchemaState, OfADatabaseThatSteleNeverSaw) {
    const TestDatabase empty(TestDatabase::Schema::none);
    pg::Database db(pg::ConnInfo::parse(empty.url()), {});
    const SchemaState state = schema_state(db, deadline_in(10s));
    EXPECT_EQ(state.version, 0);
    EXPECT_EQ(state.pending, int(embedded_migrations().size()));
}

TEST(TestDatabases, AreMigratedAndSeenByAnUnprivilegedRole) {
    const TestDatabase database;
    EXPECT_EQ(query(database.app_url(), "SELECT current_user"), "stele_test_app");
    EXPECT_EQ(query(database.app_url(), "SELECT count(*) FROM memories"), "0");
    EXPECT_EQ(query(database.url(),
                    "SELECT rolsuper OR rolbypassrls FROM pg_roles "
                    "WHERE rolname = 'stele_test_app'"),
              "f");
}

}  // namespace
}  // namespace stele::ops
