// The locks that are read from the text, against those that a real server takes.
#include "operate/migrations/migration_locks.hpp"

#include <fmt/format.h>

#include "operate/setup/tests/context.hpp"
#include "support/test_database.hpp"

namespace stele::ops {
namespace {

using testing::query;

constexpr const char* kBefore =
    "CREATE TABLE a (id int PRIMARY KEY, n int, t text, CONSTRAINT positive CHECK (n > 0)); "
    "CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a (id)); "
    "CREATE TABLE p (id int, at date) PARTITION BY RANGE (at); "
    "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01'); "
    "CREATE TABLE q (id int, at date); "
    "CREATE INDEX a_n ON a (n); "
    "CREATE POLICY pol ON a USING (true); "
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
    "CREATE TRIGGER tr BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f(); "
    "ALTER TABLE b ADD CONSTRAINT later CHECK (id > 0) NOT VALID";

// "a ACCESS EXCLUSIVE, b SHARE"
std::string taken(const std::string& statement) {
    static const testing::TestDatabase database(testing::TestDatabase::Schema::none);
    static const bool made = (query(database.url(), kBefore), true);
    EXPECT_TRUE(made);
    const auto connection = database.connect();
    query(*connection, "BEGIN");
    query(*connection, statement);
    const std::string out = query(
        *connection,
        "SELECT string_agg(relname || ' ' || mode, ', ' ORDER BY relname) FROM (SELECT relname, "
        "(ARRAY['ACCESS SHARE', 'ROW SHARE', 'ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'SHARE', "
        "'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'])[max(array_position(ARRAY["
        "'AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock', "
        "'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'], mode))] "
        "AS mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE pid = "
        "pg_backend_pid() AND relname IN ('a', 'b', 'p', 'p1', 'q') GROUP BY relname) s");
    query(*connection, "ROLLBACK");
    return out;
}

std::string read(const std::string& statement) {
    LockReader reader;
    reader.read(kBefore);
    std::string out;
    for (const StatementLocks& one : reader.read(statement))
        for (const auto& [table, mode] : one.locks)
            out += fmt::format("{}{} {}", out.empty() ? "" : ", ", table, name_of(mode));
    return out;
}

class Locks : public testing::TestWithParam<const char*> {};

TEST_P(Locks, AreThoseThatTheServerTakes) {
    // A dropped table is not in pg_class any more, so its own lock is not seen there.
    EXPECT_EQ(read(GetParam()), taken(GetParam())) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(
    Every, Locks,
    testing::Values(
        "ALTER TABLE a ADD COLUMN c int", "ALTER TABLE a ALTER n SET NOT NULL",
        "ALTER TABLE a ALTER COLUMN n SET STATISTICS 5", "ALTER TABLE a SET (fillfactor = 80)",
        "ALTER TABLE a DROP CONSTRAINT positive", "ALTER TABLE b VALIDATE CONSTRAINT later",
        "ALTER TABLE q ADD CONSTRAINT c CHECK (id > 0) NOT VALID",
        "ALTER TABLE a DISABLE TRIGGER tr", "ALTER TABLE a ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE q ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES a (id)",
        "ALTER TABLE q ADD COLUMN r int REFERENCES a",
        "ALTER TABLE p ATTACH PARTITION q FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')",
        "ALTER TABLE p DETACH PARTITION p1", "CREATE INDEX ON a (t)",
        "CREATE UNIQUE INDEX u ON a (n, id)", "CREATE POLICY two ON a USING (true)",
        "ALTER POLICY pol ON a USING (false)", "DROP POLICY pol ON a", "DROP TRIGGER tr ON a",
        "CREATE TRIGGER tr2 AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE TABLE n (id int REFERENCES a (id), m int)", "CREATE STATISTICS st ON n, t FROM a",
        "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2022-01-01') TO ('2023-01-01')",
        "COMMENT ON TABLE a IS 'x'", "COMMENT ON COLUMN a.n IS 'x'", "TRUNCATE q",
        "LOCK TABLE a, q IN SHARE ROW EXCLUSIVE MODE", "DROP INDEX a_n", "ANALYZE a",
        "REINDEX TABLE q", "INSERT INTO q SELECT id, NULL FROM a",
        "UPDATE q SET id = 1 WHERE id = 2", "DELETE FROM q USING a WHERE a.id = q.id",
        "WITH gone AS (DELETE FROM q RETURNING id) INSERT INTO a SELECT id FROM gone",
        "CREATE VIEW v AS SELECT n FROM a JOIN q USING (id)", "SELECT 1",
        "DO $$ BEGIN IF true THEN ALTER TABLE a ADD COLUMN c int; END IF; END $$",
        "GRANT SELECT ON a TO PUBLIC"));

TEST(LocksOfDrops, ReachTheTableThatAForeignKeyNames) {
    EXPECT_EQ(taken("DROP TABLE b"), "a ACCESS EXCLUSIVE");
    EXPECT_EQ(read("DROP TABLE b"), "a ACCESS EXCLUSIVE, b ACCESS EXCLUSIVE");
}

TEST(LocksInAFile, NobodyWaitsForWhatIsNew) {
    EXPECT_EQ(read("CREATE TABLE n (id int); CREATE INDEX ON n (id); ALTER TABLE n ADD m int; "
                   "INSERT INTO n VALUES (1); DROP TABLE n"),
              "");
    EXPECT_EQ(read("CREATE TABLE IF NOT EXISTS a (id int); CREATE INDEX ON a (id)"), "a SHARE");
}

TEST(LocksInAFile, AStatementIsShownOnOneLine) {
    LockReader reader;
    const auto locks = reader.read("-- why\n\nALTER TABLE a\n    ADD c int; SELECT 1");
    ASSERT_EQ(locks.size(), 2u);
    EXPECT_EQ(locks[0].statement, "ALTER TABLE a ADD c int");
    EXPECT_EQ(locks[0].line, 3);
}

TEST(LocksInABlock, SayWhenSqlIsPutTogetherThere) {
    LockReader reader;
    const auto locks = reader.read("DO $$ BEGIN EXECUTE 'ALTER TABLE a ADD c int'; END $$");
    ASSERT_EQ(locks.size(), 1u);
    EXPECT_TRUE(locks[0].dynamic);
}

TEST(Plan, ShowsEachStatementWithItsLocks) {
    const testing::TestDatabase database(testing::TestDatabase::Schema::none);
    Bench bench(database.url(), database.url());
    bench.run("db.migrate", {{"to", 1}});
    const json::value out = bench.run("db.migrate", {{"plan", true}, {"to", 2}});
    const json::array& planned = out.at("migrations").at(0).at("planned").as_array();
    ASSERT_EQ(planned.size(), 9u);
    EXPECT_EQ(planned[1].at("locks").as_array().size(), 0u);  // CREATE TABLE
    EXPECT_EQ(planned[8].at("dynamic"), true);                // DO: ALTER FUNCTION by EXECUTE
    EXPECT_THAT(bench.print("db.migrate", {{"plan", true}, {"to", 2}}),
                testing::HasSubstr("none on existing tables; CREATE TABLE partitioned_tables"));
    EXPECT_FALSE(bench.run("db.migrate", {{"to", 2}})
                     .at("migrations")
                     .at(0)
                     .as_object()
                     .contains("planned"));
}

}  // namespace
}  // namespace stele::ops
