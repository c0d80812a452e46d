// The schema: extensions, migrations, rights, row-level security, indexes.
#include "operate/doctor/tests/examination.hpp"

namespace stele::doctor {
namespace {

TEST(Healthy, NothingFails) {
    const TestDatabase database;
    Examination examination(database.app_url());
    const DoctorOutput output = examination.examine();
    EXPECT_EQ(output.exit_code, 0);
    EXPECT_TRUE(output.healthy);
    for (const CheckOutput& check : output.checks)
        if (check.verdict == Verdict::warn) EXPECT_EQ(check.name, "backup") << check.evidence;
    EXPECT_EQ(query(database.url(), "SELECT count(*) FROM memories"), "0");
}

TEST(Extensions, Missing) {
    const TestDatabase database;
    query(database.url(), "DROP EXTENSION pg_trgm, pgcrypto");
    Examination examination(database.app_url());
    run_sql(database.url(), expect_finding(examination.check("extensions"), Verdict::fail,
                                           "missing: pg_trgm, pgcrypto", "lacks extensions",
                                           "CREATE EXTENSION pg_trgm;")
                                .mend);
    expect_pass(examination.check("extensions"));
}

TEST(ExtensionVersion, TooOldForSearch) {
    const TestDatabase database;
    const std::string now =
        query(database.url(), "SELECT extversion FROM pg_extension WHERE extname = 'vector'");
    query(database.url(), "UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'");
    Examination examination(database.app_url());
    expect_finding(examination.check("extension-version"), Verdict::fail, "vector 0.7.4",
                   "pgvector 0.8", "ALTER EXTENSION vector UPDATE;");
    // The objects are those of the new version, so the update itself would find them made already.
    query(database.url(),
          "UPDATE pg_extension SET extversion = '" + now + "' WHERE extname = 'vector'");
    expect_pass(examination.check("extension-version"));
}

TEST(ExtensionVersion, TooOldForHnswMattersOnlyWithAnIndex) {
    const TestDatabase database;
    query(database.url(), "UPDATE pg_extension SET extversion = '0.8.2' WHERE extname = 'vector'");
    Examination examination(database.app_url());
    expect_pass(examination.check("extension-version"));
    query(database.url(),
          "CREATE INDEX ON memory_vectors USING hnsw ((embedding::halfvec(3)) halfvec_cosine_ops)");
    run_sql(database.url(), expect_finding(examination.check("extension-version"), Verdict::fail,
                                           "there are HNSW indexes", "corrupt an HNSW index",
                                           "ALTER EXTENSION vector UPDATE;")
                                .mend);
    expect_pass(examination.check("extension-version"));
}

TEST(Migrations, None) {
    const TestDatabase empty(TestDatabase::Schema::none);
    Examination examination(empty.url());
    run_shell(empty.url(),
              expect_finding(examination.check("migrations"), Verdict::fail,
                             "no migration was applied", "no schema", "stele db migrate")
                  .mend);
    expect_pass(examination.check("migrations"));
}

TEST(Migrations, NewerThanThisProgram) {
    const TestDatabase database;
    query(database.url(),
          "INSERT INTO schema_migrations SELECT 9999, 'future', checksum, phase, now() + interval "
          "'1 day', 1, '' FROM schema_migrations LIMIT 1");
    Examination examination(database.app_url());
    expect_finding(examination.check("migrations"), Verdict::fail, "9999_future", "a newer Stele",
                   "install the Stele that made it");
    query(database.url(), "DELETE FROM schema_migrations WHERE version = 9999");
    expect_pass(examination.check("migrations"));
}

TEST(Migrations, ChangedAfterwards) {
    const TestDatabase database;
    const std::string was =
        query(database.url(), "SELECT checksum FROM schema_migrations WHERE version = 1");
    query(database.url(),
          "UPDATE schema_migrations SET checksum = repeat('0', 64) WHERE version = 1");
    Examination examination(database.app_url());
    expect_finding(examination.check("migrations"), Verdict::fail, "its checksum is",
                   "changed after it had been applied", "stele db migrate --plan");
    query(database.url(),
          "UPDATE schema_migrations SET checksum = '" + was + "' WHERE version = 1");
    expect_pass(examination.check("migrations"));
}

TEST(Migrations, PartiallyApplied) {
    const TestDatabase database;
    query(database.url(), "DELETE FROM schema_migrations");
    Examination examination(database.app_url());
    run_sql(database.url(),
            expect_finding(examination.check("migrations"), Verdict::fail, "the ledger is empty",
                           "partially applied", "INSERT INTO schema_migrations")
                .mend);
    expect_pass(examination.check("migrations"));
}

TEST(Migrations, TablesAreGone) {
    const TestDatabase database;
    query(database.url(), "ALTER TABLE memories RENAME TO memories_away");
    Examination examination(database.app_url());
    expect_finding(examination.check("migrations"), Verdict::fail, "tables are missing",
                   "dropped tables", "stele db status --verbose");
    query(database.url(), "ALTER TABLE memories_away RENAME TO memories");
    expect_pass(examination.check("migrations"));
}

TEST(Ledger, WithoutChecksums) {
    const TestDatabase database;
    Examination examination(database.app_url());
    query(database.url(),
          "ALTER TABLE schema_migrations ALTER checksum DROP NOT NULL; "
          "UPDATE schema_migrations SET checksum = NULL");
    run_sql(database.url(),
            expect_finding(examination.check("ledger"), Verdict::fail, "no checksum: 0001",
                           "nobody can tell", "UPDATE schema_migrations SET checksum = ")
                .mend);
    expect_pass(examination.check("ledger"));
    expect_pass(examination.check("migrations"));

    query(database.url(), "ALTER TABLE schema_migrations DROP COLUMN checksum");
    run_sql(database.url(),
            expect_finding(examination.check("ledger"), Verdict::fail, "no column checksum",
                           "nobody can tell", "ADD COLUMN checksum text;")
                .mend);
    expect_pass(examination.check("ledger"));
    expect_pass(examination.check("migrations"));
}

TEST(Ledger, OfAnotherTool) {
    const TestDatabase empty(TestDatabase::Schema::none);
    query(empty.url(), "CREATE TABLE schema_migrations (version text)");
    Examination examination(empty.url());
    EXPECT_THAT(examination.check("migrations").evidence, HasSubstr("see ledger"));
    const auto found =
        expect_finding(examination.check("ledger"), Verdict::fail, "has not the columns",
                       "another tool", "RENAME TO schema_migrations_of_another_tool");
    run_sql(empty.url(), found.mend);
    run_shell(empty.url(), found.mend.substr(found.mend.find("stele db migrate")));
    expect_pass(examination.check("ledger"));
    expect_pass(examination.check("migrations"));
}

// ---- rights

TEST(Privileges, TheRuntimeRoleLacksSome) {
    const TestDatabase database;
    query(database.url(), "REVOKE INSERT, DELETE ON memories FROM stele_runtime");
    Examination examination(database.app_url());
    EXPECT_THAT(examination.check("writes").mend, HasSubstr("stele doctor --only privileges"));
    run_sql(database.url(), expect_finding(examination.check("privileges"), Verdict::fail,
                                           "DELETE, INSERT ON memories", "may not do",
                                           "GRANT DELETE, INSERT ON memories TO \"stele_runtime\"")
                                .mend);
    expect_pass(examination.check("privileges"));
    expect_pass(examination.check("writes"));
}

// The tables are the catalog's: none can be forgotten.
TEST(Privileges, EveryTenantTableIsLookedAt) {
    const TestDatabase database;
    const pg::Result tables = database.connect()->script(
        "SELECT DISTINCT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE "
        "a.attname = 'org_id' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND "
        "c.relnamespace = 'public'::regnamespace",
        deadline_in(std::chrono::seconds(10)));
    query(database.url(), "REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM stele_runtime");
    Examination examination(database.app_url());
    const std::string evidence = examination.check("privileges").evidence;
    EXPECT_GT(tables.rows(), 50);
    for (const pg::Row table : tables)
        EXPECT_THAT(evidence, HasSubstr("SELECT ON " + std::string(table.raw(0))));
}

TEST(Privileges, TheLoginIsNoRuntimeRole) {
    const ThrowawayServer server;
    ops::migrate(pg::ConnInfo::parse(server.url()));
    query(server.url(), "CREATE ROLE bare LOGIN");
    Examination examination(fmt::format("postgresql://bare@127.0.0.1:{}/postgres", server.port()));
    run_sql(server.url(),
            expect_finding(examination.check("privileges"), Verdict::fail, "bare lacks",
                           "may not do", "GRANT stele_runtime TO \"bare\"")
                .mend);
    expect_pass(examination.check("privileges"));
}

TEST(RowSecurity, NotForced) {
    const TestDatabase database;
    query(
        database.url(),
        "ALTER TABLE memories NO FORCE ROW LEVEL SECURITY; ALTER TABLE memory_vectors DISABLE ROW "
        "LEVEL SECURITY; DROP POLICY tenant ON memory_receipts");
    Examination examination(database.app_url());
    run_sql(database.url(),
            expect_finding(examination.check("row-security"), Verdict::fail,
                           "memories, memory_receipts, memory_vectors", "keeps tenants apart",
                           "ALTER TABLE memories FORCE ROW LEVEL SECURITY")
                .mend);
    expect_pass(examination.check("row-security"));
}

TEST(RowSecurity, APolicyThatOpensATable) {
    const TestDatabase database;
    put_memory(database.url());
    query(database.url(), "CREATE POLICY \"open to all\" ON memories USING (true)");
    Examination examination(database.app_url());
    run_sql(database.url(),
            expect_finding(examination.check("row-security"), Verdict::fail,
                           "without a tenant rows are seen in: memories", "not Stele's",
                           "DROP POLICY \"open to all\" ON memories;")
                .mend);
    expect_pass(examination.check("row-security"));
}

// Roles belong to the whole server, so these have one of their own.
class RolePowers : public testing::Test {
  protected:
    void SetUp() override {
        ops::migrate(pg::ConnInfo::parse(server.url()));
        query(server.url(), "CREATE ROLE stele_app LOGIN IN ROLE stele_runtime");
    }
    std::string app() const {
        return fmt::format("postgresql://stele_app@127.0.0.1:{}/postgres", server.port());
    }
    ThrowawayServer server;
};

TEST_F(RolePowers, TheRuntimeRoleHasTooMany) {
    query(server.url(),
          "ALTER ROLE stele_runtime BYPASSRLS CREATEROLE; ALTER TABLE memories OWNER TO "
          "stele_runtime");
    Examination examination(app());
    run_sql(server.url(), expect_finding(examination.check("role-powers"), Verdict::fail,
                                         "stele_runtime: BYPASSRLS, CREATEROLE, owns memories",
                                         "must not pass", "ALTER ROLE stele_runtime NOBYPASSRLS;")
                              .mend);
    expect_pass(examination.check("role-powers"));
}

TEST_F(RolePowers, TheLoginHasTooMany) {
    Examination examination(server.url());
    expect_finding(examination.check("role-powers"), Verdict::warn, "postgres is a superuser",
                   "steps down", "CREATE ROLE stele_app LOGIN IN ROLE stele_runtime;");
    expect_pass(Examination(app()).check("role-powers"));
}

TEST_F(RolePowers, NothingToStepDownTo) {
    query(server.url(), "DROP OWNED BY stele_runtime; DROP ROLE stele_app, stele_runtime");
    put_memory(server.url());
    Examination examination(server.url());
    // A superuser without the runtime role sees every tenant's rows.
    EXPECT_THAT(examination.check("row-security").mend,
                HasSubstr("stele doctor --only role-powers"));
    run_sql(server.url(), expect_finding(examination.check("role-powers"), Verdict::fail,
                                         "postgres is a superuser", "nothing keeps tenants apart",
                                         "CREATE ROLE stele_runtime NOLOGIN;")
                              .mend);
    run_sql(server.url(), examination.check("privileges").mend);
    expect_pass(Examination(app()).check("role-powers"));
    expect_pass(Examination(app()).check("row-security"));
    expect_pass(Examination(app()).check("privileges"));
}

// A login of its own: the others' memberships are of the whole server.
class Login {
  public:
    explicit Login(const TestDatabase& database)
        : database_(database), name_("stele_doctor_" + Uuid::v7().text().substr(24)) {
        query(database_.url(), fmt::format("CREATE ROLE {} LOGIN IN ROLE stele_runtime", name_));
    }
    ~Login() { query(database_.url(), "DROP ROLE " + name_); }
    std::string url() const {
        std::string out = database_.app_url();
        return out.replace(out.find("stele_test_app"), 14, name_);
    }

  private:
    const TestDatabase& database_;
    std::string name_;
};

TEST(Retention, AsksForTheMembershipThatDropsPartitions) {
    const TestDatabase database;
    const Login login(database);
    Examination examination(login.url());
    const auto drop = [&] {
        examination.db().pool().clear();
        examination.db().as_maintenance(deadline_in(1min), [](pg::Pipeline& p) {
            p.add({"test.drop",
                   "SELECT stele_drop_partitions('events', now() - interval '99 years')"});
        });
    };
    EXPECT_THROW(drop(), Error);
    const auto found =
        expect_finding(examination.check("retention"), Verdict::warn, "streamDays = 7",
                       "the disk fills", "GRANT stele_maintenance TO \"stele_doctor_");
    run_sql(database.url(), found.mend);
    expect_pass(examination.check("retention"));
    drop();
}

TEST(Retention, AsksNothingWhereNoPartitionIsDropped) {
    const TestDatabase database;
    const Login login(database);
    Examination examination(login.url());
    examination.settings.retention.stream_days = 0;
    expect_pass(examination.check("retention"));
    examination.settings.retention.event_days = 30;
    EXPECT_TRUE(is(examination.check("retention"), Verdict::warn));
    expect_pass(Examination(database.url()).check("retention"));  // an owner drops as itself
}

}  // namespace
}  // namespace stele::doctor
