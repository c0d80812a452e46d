// Migrations under fire: the program's own files, with runners that race, and runners that are
// killed in the middle.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "migrations_fixture.hpp"
#include "operate/migrations/migration_files.hpp"

namespace stele::ops {
namespace {

// Stops a runner inside a chosen statement of a chosen migration: an event trigger waits there for
// an advisory lock that the test holds.
class Ambush {
  public:
    explicit Ambush(const TestDatabase& database) : url_(database.url()) {
        query(url_, R"sql(
            CREATE TABLE fire_at (version int, statement int);
            INSERT INTO fire_at VALUES (0, 0);
            CREATE SEQUENCE fire_seen;
            CREATE FUNCTION fire() RETURNS event_trigger LANGUAGE plpgsql AS $$
            DECLARE
                done int := 0;
                place public.fire_at;
            BEGIN
                IF tg_tag = 'GRANT' OR to_regclass('public.schema_migrations') IS NULL
                   OR EXISTS (SELECT FROM pg_event_trigger_ddl_commands()
                              WHERE object_identity LIKE 'public.schema_migrations%') THEN
                    RETURN;
                END IF;
                SELECT * INTO place FROM public.fire_at;
                SELECT coalesce(max(version), 0) INTO done FROM public.schema_migrations;
                IF done = place.version - 1
                   AND nextval('public.fire_seen') = place.statement THEN
                    PERFORM pg_advisory_lock(4711);
                END IF;
            END
            $$;
            CREATE EVENT TRIGGER fire ON ddl_command_end EXECUTE FUNCTION fire())sql");
    }

    // statement 0: nowhere, only count.
    void lay(int version, int statement) {
        query(url_, fmt::format("UPDATE fire_at SET version = {}, statement = {}; "
                                "SELECT setval('fire_seen', 1, false)",
                                version, statement));
    }
    int statements_seen() const {
        return std::stoi(query(url_,
                               "SELECT CASE WHEN is_called THEN last_value ELSE 0 END "
                               "FROM fire_seen"));
    }
    void disarm() { query(url_, "DROP EVENT TRIGGER fire"); }

  private:
    std::string url_;
};

// What there is in the schema, and who may do what with it.
constexpr const char* kCatalog = R"sql(
    SELECT md5(string_agg(entry, E'\n' ORDER BY entry)) FROM (
        SELECT format('%s %s %s', relkind, relname, relacl) AS entry
        FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'fire%'
        UNION ALL
        SELECT format('policy %s %s %s', polrelid::regclass, polname, polroles) FROM pg_policy
        UNION ALL
        SELECT format('constraint %s %s', conrelid::regclass, pg_get_constraintdef(oid))
        FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    ) AS everything)sql";

class UnderFire : public Migrate {
  protected:
    static int last() { return int(embedded_migrations().size()); }

    static std::string clean_catalog() {
        const TestDatabase clean(TestDatabase::Schema::none);
        migrate(pg::ConnInfo::parse(clean.url()));
        return query(clean.url(), kCatalog);
    }
};

TEST_F(UnderFire, EightRunnersBringAnEmptyDatabaseUpOnce) {
    std::vector<pid_t> runners;
    for (int i = 0; i < 8; ++i) runners.push_back(fork_runner(embedded_migrations()));
    for (const pid_t pid : runners) EXPECT_EQ(wait_for(pid), 0);
    EXPECT_EQ(ask("SELECT count(*) || ' ' || max(version) FROM public.schema_migrations"),
              fmt::format("{} {}", last(), last()));
    EXPECT_EQ(ask(kCatalog), clean_catalog());
}

// How many statements of a migration the ambush can see.
int statements_of(int version) {
    const TestDatabase database(TestDatabase::Schema::none);
    Ambush ambush(database);
    ambush.lay(version, 0);
    migrate(pg::ConnInfo::parse(database.url()), {.to = version, .into_existing = true});
    return ambush.statements_seen();
}

// Kills a runner inside the statement; what it began must be gone, and the next run must finish.
void kill_inside(int version, int statement, const std::string& clean) {
    SCOPED_TRACE(fmt::format("killed in statement {} of {}", statement, version_text(version)));
    const TestDatabase database(TestDatabase::Schema::none);
    const auto ask = [&](const std::string& sql) { return query(database.url(), sql); };
    const auto info = pg::ConnInfo::parse(database.url());
    if (version > 1) migrate(info, {.to = version - 1});
    const std::string before = ask(kCatalog);
    Ambush ambush(database);
    ambush.lay(version, statement);
    const auto holder = database.connect();
    query(*holder, "SELECT pg_advisory_lock(4711)");
    const pid_t runner = fork_runner_on(database.url(), embedded_migrations());
    std::string server_process;
    ASSERT_TRUE(eventually([&] {
        server_process =
            ask("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
                "AND NOT granted");
        return !server_process.empty();
    }));
    ::kill(runner, SIGKILL);
    EXPECT_EQ(wait_for(runner), 128 + SIGKILL);
    query(*holder, "SELECT pg_advisory_unlock(4711)");
    // The server's own process may need a moment to see that nobody listens any more.
    ASSERT_TRUE(eventually([&] {
        return ask("SELECT count(*) FROM pg_stat_activity WHERE pid = " + server_process) == "0";
    }));
    // A file without a transaction may leave what ran; the next run must bear that.
    if (version > 1 && embedded_migrations()[std::size_t(version) - 1].in_transaction)
        EXPECT_EQ(ask(kCatalog), before);
    EXPECT_EQ(ask("SELECT coalesce(max(version), 0) FROM public.schema_migrations"),
              std::to_string(version - 1));
    ambush.disarm();
    const MigrateResult result = migrate(info);
    EXPECT_EQ(result.from, version - 1);
    EXPECT_EQ(result.to, int(embedded_migrations().size()));
    EXPECT_EQ(ask(kCatalog), clean);
}

TEST_F(UnderFire, ARunnerKilledInsideAnyMigrationLeavesNothingHalf) {
    const std::string clean = clean_catalog();
    for (int version = 1; version <= last(); ++version) {
        const int statements = statements_of(version);
        ASSERT_GT(statements, 0) << version_text(version) << " has no statement to be killed in";
        for (const int statement : std::set<int>{1, (statements + 1) / 2, statements})
            kill_inside(version, statement, clean);
    }
}

TEST_F(UnderFire, AKilledConcurrentIndexBuildIsDoneAgain) {
    Folder folder;
    folder.add("0001_a", "CREATE TABLE t (v int); INSERT INTO t SELECT generate_series(1, 1000);");
    run(folder.load());
    const auto files =
        folder
            .add("0002_b",
                 "-- stele:no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS t_v ON t (v);")
            .load();
    // The build waits for this writer, with the index in the catalog and not yet valid.
    const auto writer = database.connect();
    query(*writer, "BEGIN; INSERT INTO t VALUES (0)");
    const pid_t runner = fork_runner(files);
    const std::string valid =
        "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('t_v')";
    ASSERT_TRUE(eventually([&] { return ask(valid) == "f"; }));
    ::kill(runner, SIGKILL);
    EXPECT_EQ(wait_for(runner), 128 + SIGKILL);
    // The server gives the build up because its client is gone, while the writer still writes.
    ASSERT_TRUE(eventually([&] {
        return ask("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                   "AND query LIKE 'CREATE INDEX CONCURRENTLY%'") == "0";
    }));
    EXPECT_EQ(ask(valid), "f");
    EXPECT_EQ(ledger(), "1");
    query(*writer, "COMMIT");
    EXPECT_EQ(run(files).to, 2);
    EXPECT_EQ(ask(valid), "t");
    EXPECT_EQ(ledger(), "1,2");
}

// Somebody writes a table for long: the embedded files must give up, not hold everybody else up.
TEST_F(UnderFire, ALockHeldBySomebodyElseStopsTheFileAndNotTheService) {
    Migrations impatient = embedded_migrations();
    // Its foreign keys to embedding_models take SHARE ROW EXCLUSIVE there.
    const auto locking = std::ranges::find(impatient, "memory", &Migration::name);
    ASSERT_NE(locking, impatient.end());
    const int earlier = locking->version - 1;
    for (Migration& migration : impatient) {
        if (header_says(migration.up, "stele:no-transaction")) continue;
        const auto at = migration.up.find("SET LOCAL lock_timeout = '5s'");
        ASSERT_NE(at, std::string::npos) << migration.id();
        migration.up.replace(at, 29, "SET LOCAL lock_timeout = '50ms'");
    }
    const auto info = pg::ConnInfo::parse(database.url());
    migrate(info, {.to = earlier});
    const std::string before = ask(kCatalog), applied = ledger();
    const auto writer = database.connect();
    query(*writer, "BEGIN; LOCK TABLE embedding_models IN ROW EXCLUSIVE MODE");
    try {
        run(impatient);
        ADD_FAILURE() << "it did not need the lock";
    } catch (const Error& error) {
        EXPECT_TRUE(error.retryable());
        EXPECT_THAT(error.what(), ::testing::HasSubstr("lock timeout"));
    }
    EXPECT_EQ(ask(kCatalog), before);
    EXPECT_EQ(ledger(), applied);
    query(*writer, "ROLLBACK");
    EXPECT_EQ(migrate(info).to, last());
}

}  // namespace
}  // namespace stele::ops
