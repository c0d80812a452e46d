// Every rule against SQL that breaks it and SQL that only looks like it.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <set>

#include "operate/lint/tests/findings.hpp"
#include "operate/migrations/migration_files.hpp"

namespace stele::lint {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Rules : public ::testing::TestWithParam<Case> {};

TEST_P(Rules, FindWhatBreaksThemAndNothingElse) {
    const Case& one = GetParam();
    if (one.rule.empty())
        EXPECT_THAT(lint(one.sql), IsEmpty()) << one.sql;
    else
        EXPECT_THAT(lint(one.sql), ElementsAre(one.rule)) << one.sql;
}

constexpr Case kDrop[] = {
    {"DROP TABLE memories", "drop-table"},
    {"drop /* x */ table if exists public.\"Memories\" cascade;", "drop-table"},
    {"DROP FOREIGN TABLE a", "drop-table"},
    {"CREATE TABLE a (); DROP TABLE a"},
    {"CREATE TABLE a (); DROP TABLE public.A"},
    {"CREATE TABLE a (); DROP TABLE a, b", "drop-table"},
    {"CREATE TABLE a (); DROP TABLE \"A\"", "drop-table"},
    {"DROP TABLE a; CREATE TABLE a ()", "drop-table"},
    {"-- DROP TABLE a"},
    {"/* DROP /* nested */ TABLE a */ SELECT 1"},
    {"SELECT 'x'; SELECT '; DROP TABLE a;'"},
    {"SELECT E'\\'; DROP TABLE a; --'"},
    {"SELECT E'a'\n'\\'; DROP TABLE a; --'"},
    {"SELECT '\\'; DROP TABLE a", "drop-table"},
    {"SELECT 1 AS \"; DROP TABLE a\""},
    {"SELECT $x$; DROP TABLE a; $$ $x$"},
    {"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE a; END $$"},
    {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC; DELETE FROM a; SELECT 1; END"},
    {"COMMENT ON TABLE a IS 'we DROP TABLE b'"},
    {"DROP SCHEMA s CASCADE", "drop-schema"},
    {"DROP TYPE t", "drop-type"},
    {"DROP DOMAIN d", "drop-type"},
    {"DROP INDEX i", "drop-index"},
    {"DROP FUNCTION IF EXISTS f(int, text), g()", "drop-function"},
    {"DROP PROCEDURE p", "drop-function"},
    {"DROP AGGREGATE a(int)", "drop-function"},
    {"DROP ROUTINE r", "drop-function"},
    {"DROP VIEW v", "drop-view"},
    {"DROP MATERIALIZED VIEW v", "drop-view"},
    {"CREATE TEMP VIEW v AS SELECT 1; DROP VIEW v"},
    {"DROP POLICY tenant ON memories", "drop-policy"},
    {"CREATE TABLE t (); DROP POLICY tenant ON t"},
    {"DROP TRIGGER a ON t", "drop-trigger"},
    {"CREATE TABLE t (); DROP TRIGGER a ON t"},
    {"DROP EVENT TRIGGER e", "drop-trigger"},
    {"DROP SEQUENCE s", "drop-other"},
    {"DROP EXTENSION vector", "drop-other"},
    {"DROP OWNED BY stele_runtime", "drop-other"},
    {"DROP ROLE r", "drop-other"},
    {"DROP TABLE a; SELECT 1", "drop-table"},
};

constexpr Case kAlter[] = {
    {"ALTER TABLE t DROP COLUMN a", "drop-column"},
    {"ALTER TABLE IF EXISTS ONLY s.t ADD COLUMN b int, DROP IF EXISTS a", "drop-column"},
    {"ALTER TYPE t DROP ATTRIBUTE a", "drop-column"},
    {"ALTER TABLE t ALTER COLUMN a DROP DEFAULT"},
    {"ALTER TABLE t ALTER a DROP NOT NULL"},
    {"CREATE TABLE t (); ALTER TABLE t DROP COLUMN a"},
    {"ALTER TABLE t ADD COLUMN \"DROP COLUMN\" int"},
    {"ALTER TABLE t ADD COLUMN a text DEFAULT 'x, DROP COLUMN b'"},
    {"ALTER TABLE t DROP CONSTRAINT IF EXISTS c", "drop-constraint"},
    {"ALTER DOMAIN d DROP CONSTRAINT c", "drop-constraint"},
    {"ALTER DOMAIN d DROP NOT NULL"},
    {"ALTER TABLE t RENAME TO u", "rename"},
    {"ALTER TABLE t RENAME a TO b", "rename"},
    {"ALTER TABLE t RENAME COLUMN a TO b", "rename"},
    {"ALTER TABLE t RENAME CONSTRAINT a TO b", "rename"},
    {"ALTER INDEX i RENAME TO j", "rename"},
    {"ALTER TYPE e RENAME VALUE 'a' TO 'b'", "rename"},
    {"ALTER FUNCTION f(int) RENAME TO g", "rename"},
    {"ALTER POLICY p ON t RENAME TO q", "rename"},
    {"ALTER SCHEMA s RENAME TO r", "rename"},
    {"ALTER TABLE t SET SCHEMA s", "rename"},
    {"ALTER TABLE t ADD COLUMN rename int, OWNER TO someone"},
    {"ALTER FUNCTION rename(int) OWNER TO someone"},
    {"CREATE TABLE t (); ALTER TABLE t RENAME TO u; CREATE INDEX ON u (a)"},
    {"CREATE TABLE t (); ALTER TABLE t RENAME TO u; CREATE INDEX ON t (a)", "create-index"},
    {"ALTER TABLE t ALTER COLUMN a TYPE bigint", "alter-type"},
    {"ALTER TABLE t ALTER a SET DATA TYPE numeric(1, 2) USING (a)", "alter-type"},
    {"ALTER TYPE t ALTER ATTRIBUTE a TYPE int", "alter-type"},
    {"ALTER TABLE t ALTER COLUMN type SET DEFAULT 'type'"},
    {"ALTER TABLE t ADD COLUMN type text"},
    {"ALTER TABLE t ALTER COLUMN a SET NOT NULL", "set-not-null"},
    {"ALTER TABLE t ALTER a SET DEFAULT 1"},
    {"CREATE TABLE t (a int); ALTER TABLE t ALTER a SET NOT NULL"},
    {"ALTER TABLE t ADD COLUMN a int NOT NULL", "add-column-not-null"},
    {"ALTER TABLE t ADD a int NOT NULL DEFAULT NULL", "add-column-not-null"},
    {"ALTER TABLE t ADD COLUMN IF NOT EXISTS a int CONSTRAINT b NOT NULL", "add-column-not-null"},
    {"ALTER TABLE t ADD COLUMN a numeric(1, 2) DEFAULT (0) NOT NULL"},
    {"ALTER TABLE t ADD COLUMN a bigserial NOT NULL", "table-rewrite"},
    {"ALTER TABLE t ADD COLUMN a int NOT NULL GENERATED ALWAYS AS IDENTITY", "table-rewrite"},
    {"ALTER TABLE t ADD COLUMN IF NOT EXISTS a int NULL"},
    {"ALTER TABLE t ADD COLUMN a bool DEFAULT (b IS NOT NULL)"},
    {"ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", "add-constraint"},
    {"ALTER TABLE t ADD CHECK (a IS NOT NULL)", "add-constraint"},
    {"ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID"},
    {"ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (a)", "add-constraint"},
    {"ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (a) NOT VALID"},
    {"ALTER TABLE t ADD UNIQUE (a)", "add-constraint"},
    {"ALTER TABLE t ADD UNIQUE (a) USING INDEX TABLESPACE s", "add-constraint"},
    {"ALTER TABLE t ADD CONSTRAINT c PRIMARY KEY USING INDEX i"},
    {"ALTER TABLE t ADD EXCLUDE USING gist (a WITH =)", "add-constraint"},
    {"ALTER TABLE t ADD exclude int"},
    {"ALTER TABLE t ADD COLUMN a int REFERENCES u (a)", "add-constraint"},
    {"ALTER TABLE t ADD COLUMN a int UNIQUE", "add-constraint"},
    {"ALTER DOMAIN d ADD CONSTRAINT c CHECK (value > 0)", "add-constraint"},
    {"ALTER DOMAIN d ADD CONSTRAINT c CHECK (value > 0) NOT VALID"},
    {"ALTER DOMAIN d ADD CONSTRAINT c CHECK (value > 0) NOT VALID; ALTER DOMAIN d VALIDATE "
     "CONSTRAINT c",
     "add-constraint"},
    {"ALTER TYPE e ADD VALUE 'x'"},
    {"ALTER TABLE t ADD CONSTRAINT c CHECK (a) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c",
     "add-constraint"},
    {"ALTER TABLE t VALIDATE CONSTRAINT c"},
    {"ALTER TABLE t DISABLE ROW LEVEL SECURITY", "disable-rls"},
    {"ALTER TABLE t NO FORCE ROW LEVEL SECURITY", "disable-rls"},
    {"ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"},
    {"ALTER TABLE t DISABLE TRIGGER ALL", "disable-trigger"},
    {"ALTER TABLE t DISABLE RULE r", "disable-trigger"},
    {"SET session_replication_role = replica", "disable-trigger"},
    {"SET LOCAL session_replication_role TO 'replica'", "disable-trigger"},
    {"SET session_replication_role = 'origin'"},
    {"ALTER TABLE t ENABLE TRIGGER a"},
};

constexpr Case kRows[] = {
    {"CREATE INDEX i ON t (a)", "create-index"},
    {"CREATE UNIQUE INDEX IF NOT EXISTS i ON ONLY s.t USING btree (a)", "create-index"},
    {"CREATE INDEX ON t (a)", "create-index"},
    {"CREATE TABLE t (a int); CREATE INDEX i ON t (a)"},
    {"CREATE TABLE public.t AS SELECT 1; CREATE INDEX ON t (a)"},
    {"CREATE UNLOGGED TABLE IF NOT EXISTS t (); CREATE INDEX ON t (a)"},
    {"CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; CREATE INDEX ON v (a)"},
    {"CREATE TABLE s.t (a int); CREATE INDEX i ON t (a)", "create-index"},
    {"CREATE INDEX CONCURRENTLY i ON t (a)", "concurrently-in-transaction"},
    {"DROP TABLE t; REINDEX TABLE CONCURRENTLY u; -- stele:allow drop-table both are one line",
     "concurrently-in-transaction"},
    {"ALTER TABLE t DETACH PARTITION p CONCURRENTLY", "concurrently-in-transaction"},
    {"TRUNCATE t", "truncate"},
    {"TRUNCATE TABLE ONLY t, u RESTART IDENTITY CASCADE", "truncate"},
    {"CREATE TABLE t (); TRUNCATE t"},
    {"GRANT TRUNCATE, DELETE, UPDATE ON t TO someone"},
    {"DELETE FROM t", "unbounded-delete"},
    {"DELETE FROM t USING u WHERE true", "unbounded-delete"},
    {"DELETE FROM ONLY t AS x WHERE 1 = 1 RETURNING a", "unbounded-delete"},
    {"DELETE FROM t USING (SELECT a FROM u WHERE b) x", "unbounded-delete"},
    {"DELETE FROM t WHERE a"},
    {"DELETE FROM t WHERE true AND a"},
    {"CREATE TABLE t (); DELETE FROM t"},
    {"WITH gone AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM gone",
     "unbounded-delete"},
    {"WITH x AS (SELECT 1) DELETE FROM t", "unbounded-delete"},
    {"WITH x (a) AS MATERIALIZED (SELECT 1) UPDATE t SET a = 1 FROM x", "unbounded-update"},
    {"WITH x AS (SELECT 1) DELETE FROM t WHERE a"},
    {"WITH x AS (SELECT 1) SELECT * FROM x WHERE a IN (1) FOR UPDATE"},
    {"UPDATE t SET a = 1", "unbounded-update"},
    {"UPDATE t SET a = (SELECT b FROM u WHERE c)", "unbounded-update"},
    {"UPDATE t SET a = 'WHERE'", "unbounded-update"},
    {"UPDATE t SET a = 1 FROM u WHERE t.b = u.b"},
    {"INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 1"},
    {"MERGE INTO t USING u ON (a) WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN DO NOTHING"},
    {"CREATE TRIGGER a BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()"},
    {"CREATE RULE r AS ON INSERT TO t DO (DELETE FROM u; SELECT 1)", "create-rule"},
    {"CREATE OR REPLACE RULE r AS ON DELETE TO s.t DO INSTEAD NOTHING", "create-rule"},
    {"CREATE TABLE t (); CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING"},
    {"DELETE FROM t WHERE 'a' = 'a'", "unbounded-delete"},
    {"DELETE FROM t WHERE 'a' = b"},
    {"MERGE INTO t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE", "unbounded-delete"},
    {"MERGE INTO t USING s ON 1 = 1 WHEN MATCHED AND t.a THEN DELETE WHEN MATCHED THEN UPDATE SET "
     "a = 1",
     "unbounded-update"},
    {"WITH x AS (SELECT 1) MERGE INTO t USING x ON true WHEN MATCHED THEN DELETE",
     "unbounded-delete"},
    {"MERGE INTO t USING s ON true WHEN NOT MATCHED THEN INSERT VALUES (1)"},
    {"MERGE INTO t USING s ON true AND a WHEN MATCHED THEN DELETE"},
    {"REVOKE SELECT ON t FROM stele_runtime", "revoke-runtime"},
    {"REVOKE ALL ON t FROM someone, \"stele_readonly\" CASCADE", "revoke-runtime"},
    {"ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM stele_runtime", "revoke-runtime"},
    {"REVOKE GRANT OPTION FOR SELECT ON t FROM stele_runtime"},
    {"REVOKE ALL ON t FROM PUBLIC"},
    {"REVOKE r FROM stele_runtime", "revoke-runtime"},
    {"REVOKE ADMIN OPTION FOR r FROM stele_runtime"},
    {"CREATE TABLE t (); REVOKE UPDATE ON TABLE t FROM stele_runtime"},
    {"BEGIN", "transaction-control"},
    {"START TRANSACTION", "transaction-control"},
    {"COMMIT AND CHAIN", "transaction-control"},
    {"ROLLBACK", "transaction-control"},
    {"END", "transaction-control"},
    {"ABORT", "transaction-control"},
    {"SAVEPOINT a", "transaction-control"},
    {"RELEASE a", "transaction-control"},
    {"PREPARE TRANSACTION 'a'", "transaction-control"},
    {"PREPARE a AS SELECT 1"},
};

constexpr Case kBlocks[] = {
    {"DO $$ BEGIN DROP TABLE a; END $$", "drop-table"},
    {"DO $$ BEGIN IF EXISTS (SELECT) THEN DROP TABLE a; END IF; END $$", "drop-table"},
    {"DO $$ BEGIN IF a THEN NULL; ELSE TRUNCATE b; END IF; END $$ LANGUAGE plpgsql", "truncate"},
    {"DO $x$ BEGIN FOR i IN 1..2 LOOP DELETE FROM a; END LOOP; END $x$", "unbounded-delete"},
    {"DO $$ BEGIN CASE a WHEN 1 THEN UPDATE b SET c = 1; END CASE; END $$", "unbounded-update"},
    {"DO $$ BEGIN UPDATE a SET b = CASE WHEN c THEN 1 ELSE 2 END WHERE d; END $$"},
    {"DO $$ BEGIN MERGE INTO t USING u ON a WHEN MATCHED THEN UPDATE SET b = 1; END $$"},
    {"DO $$ BEGIN EXECUTE 'DROP TABLE a'; END $$"},
    {"DO $$ BEGIN /* DROP TABLE a; */ RAISE NOTICE '; DROP TABLE a'; END $$"},
    {"DO $$ BEGIN CREATE TABLE a (); CREATE INDEX ON a (b); END $$"},
    {"DO $$ BEGIN COMMIT; END $$", "transaction-control"},
    {"DO $$ DECLARE r record; BEGIN FOR r IN DELETE FROM a RETURNING b LOOP NULL; END LOOP; END $$",
     "unbounded-delete"},
    {"DO LANGUAGE plpython3u $$ drop = 1; DROP TABLE a; $$"},
};

INSTANTIATE_TEST_SUITE_P(Drop, Rules, ::testing::ValuesIn(kDrop));
INSTANTIATE_TEST_SUITE_P(Alter, Rules, ::testing::ValuesIn(kAlter));
INSTANTIATE_TEST_SUITE_P(Rows, Rules, ::testing::ValuesIn(kRows));
INSTANTIATE_TEST_SUITE_P(Blocks, Rules, ::testing::ValuesIn(kBlocks));

TEST(Lint, EveryRuleHasACaseAndATextOfItsOwn) {
    std::set<std::string_view> tried{"lock-timeout", "unknown-mark", "allow-unknown-rule",
                                     "allow-without-reason", "unterminated",
                                     // locks_test.cpp
                                     "table-rewrite", "heavy-lock", "not-plain-sql",
                                     "unreadable-statement"};
    for (const Case& one : kDrop) tried.insert(one.rule);
    for (const Case& one : kAlter) tried.insert(one.rule);
    for (const Case& one : kRows) tried.insert(one.rule);
    std::set<std::string_view> ids;
    for (const RuleText& rule : rules()) {
        EXPECT_TRUE(tried.contains(rule.id)) << rule.id;
        EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
        EXPECT_FALSE(rule.why.empty() || rule.safe.empty()) << rule.id;
        EXPECT_EQ(rule_named(rule.id), rule.rule);
    }
}

TEST(Lint, LockTimeoutStandsBeforeWhatMayWait) {
    const auto lint = [](std::string_view sql) { return ids(findings(sql)); };
    EXPECT_THAT(lint(""), IsEmpty());
    EXPECT_THAT(lint("-- nothing\n"), IsEmpty());
    EXPECT_THAT(lint("SELECT 1"), ElementsAre("lock-timeout"));
    EXPECT_THAT(lint("SELECT 1; SELECT 2"), ElementsAre("lock-timeout"));
    EXPECT_THAT(lint("SELECT 1; SET lock_timeout = 1"), ElementsAre("lock-timeout"));
    for (const char* set :
         {"SET lock_timeout TO 5000", "SET SESSION lock_timeout='5s'", "set Local LOCK_TIMEOUT = 1",
          "SELECT set_config('lock_timeout', '5s', true)",
          "SET search_path = a; SET lock_timeout=1",
          "SELECT pg_catalog.set_config('lock_timeout', '5s', false)"})
        EXPECT_THAT(lint(std::string(set) + "; SELECT 1"), IsEmpty()) << set;
    for (const char* set :
         {"SET lock_timeout = 0", "SET LOCAL lock_timeout TO DEFAULT", "SET lock_timeout = '0ms'",
          "-- SET lock_timeout = 1\n", "SET statement_timeout = 1",
          "SET lock_timeout = 1; RESET ALL", "SELECT 'SET lock_timeout = 1'"})
        EXPECT_THAT(lint(std::string(set) + "; SELECT 1"), ElementsAre("lock-timeout")) << set;
    const std::string alone = "-- stele:no-transaction\n";
    EXPECT_THAT(lint(alone + "SET LOCAL lock_timeout = 1; SELECT 1"), ElementsAre("lock-timeout"));
    EXPECT_THAT(lint(alone + "SELECT set_config('lock_timeout', '5s', true); SELECT 1"),
                ElementsAre("lock-timeout"));
    EXPECT_THAT(lint(alone + "SET lock_timeout = 1; CREATE INDEX CONCURRENTLY i ON t (a); DROP "
                             "INDEX CONCURRENTLY j"),
                ElementsAre("drop-index"));
}

TEST(Lint, TheContractPhaseLiftsTheExpandOnlyRules) {
    const std::string sql = std::string(kTimeout) + "DROP TABLE a; TRUNCATE b; COMMIT";
    EXPECT_THAT(ids(findings("-- Why.\n-- stele:phase contract\n" + sql)),
                ElementsAre("transaction-control"));
    EXPECT_THAT(ids(findings("-- stele:phase expand\n" + sql)),
                ElementsAre("drop-table", "truncate", "transaction-control"));
    EXPECT_THAT(ids(findings("\n-- stele:phase contract\n" + sql)),
                ElementsAre("unknown-mark", "drop-table", "truncate", "transaction-control"));
    EXPECT_THAT(ids(findings(sql, "0001_a.down.sql")), ElementsAre("transaction-control"));
    EXPECT_THAT(ids(findings("DROP TABLE a", "0001_a.down.sql")), ElementsAre("lock-timeout"));
}

TEST(Lint, AllowHoldsForOneStatementOrFromTheTopForAll) {
    EXPECT_THAT(lint("-- stele:allow drop-table nobody has ever written to it\nDROP TABLE a;\n"
                     "DROP TABLE b;"),
                ElementsAre("drop-table"));
    EXPECT_THAT(lint("DROP TABLE a; -- stele:allow drop-table never used\n"), IsEmpty());
    EXPECT_THAT(lint("DROP TABLE a -- stele:allow drop-table never used\n, b;"), IsEmpty());
    EXPECT_THAT(lint("DROP TABLE a;\n-- stele:allow drop-table too late\n"),
                ElementsAre("drop-table"));
    EXPECT_THAT(lint("-- stele:allow drop-view another rule\nDROP TABLE a"),
                ElementsAre("drop-table"));
    EXPECT_THAT(lint("/* stele:allow drop-table not a comment of one line */\nDROP TABLE a"),
                ElementsAre("drop-table"));
    EXPECT_THAT(lint("SELECT '\n-- stele:allow drop-table in a string\n'; DROP TABLE a"),
                ElementsAre("drop-table"));
    EXPECT_THAT(ids(findings("-- stele:allow lock-timeout made before anything runs\n"
                             "-- stele:allow drop-table never used\n"
                             "DROP TABLE a; SELECT 1; DROP TABLE b;")),
                IsEmpty());
}

TEST(Lint, WrongMarksAreFindings) {
    EXPECT_THAT(lint("-- stele:allow drop-table\nDROP TABLE a"),
                ElementsAre("allow-without-reason", "drop-table"));
    EXPECT_THAT(lint("-- stele:allow drop-tabel it is empty\nDROP TABLE a"),
                ElementsAre("allow-unknown-rule", "drop-table"));
    EXPECT_THAT(lint("-- stele:allow\n"), ElementsAre("allow-unknown-rule"));
    EXPECT_THAT(lint("-- stele:allow unknown-mark because\n"), ElementsAre("allow-unknown-rule"));
    EXPECT_THAT(ids(findings("-- stele:phase contrakt\n")), ElementsAre("unknown-mark"));
    EXPECT_THAT(ids(findings("-- stele:no-transactions\n")), ElementsAre("unknown-mark"));
    EXPECT_THAT(ids(findings("--stele:no-transaction\r\n")), IsEmpty());
    EXPECT_THAT(ids(findings("-- about stele:phase in prose\n")), IsEmpty());
}

TEST(Lint, KnowsWhatEarlierFilesMade) {
    Linter linter;
    linter.lint("x/0001_a.up.sql",
                "SET lock_timeout = 1; CREATE TABLE a (); CREATE INDEX ON a (b)");
    linter.lint("x/0001_a.down.sql", "SET lock_timeout = 1; CREATE TABLE b (); DROP TABLE a");
    linter.lint("x/0002_b.up.sql",
                "SET lock_timeout = 1;\nCREATE TABLE IF NOT EXISTS a ();\nCREATE INDEX ON a (b);\n"
                "CREATE TABLE IF NOT EXISTS b (); CREATE INDEX ON b (c)");
    const auto found = linter.take_findings();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].file, "x/0002_b.up.sql");
    EXPECT_EQ(found[0].line, 3);
    EXPECT_THAT(found[0].message, HasSubstr("a, which 0001_a.up.sql made"));
}

TEST(Lint, PlacesAreLinesAndCharacters) {
    const auto found = findings("SELECT 'ü\n', 'ä'; TRUNCATE a;\r\n\tDROP TABLE b;\n'open");
    ASSERT_THAT(ids(found), ElementsAre("lock-timeout", "truncate", "drop-table", "unterminated"));
    const auto place = [&](std::size_t i) {
        return fmt::format("{}:{}", found[i].line, found[i].column);
    };
    EXPECT_EQ(place(0), "1:1");
    EXPECT_EQ(place(1), "2:9");
    EXPECT_EQ(place(2), "3:2");
    EXPECT_EQ(place(3), "4:1");
}

TEST(Lint, BlocksKeepTheFilesPlaces) {
    const auto found = findings(std::string(kTimeout) + "DO $$\nBEGIN\n  DROP TABLE a;\nEND $$;");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].line, 4);
    EXPECT_EQ(found[0].column, 3);
}

TEST(Lint, AnActionOfAlterTableIsFoundWhereItStands) {
    const auto found = findings(std::string(kTimeout) +
                                "ALTER TABLE ONLY s . \"T,\" ADD a numeric(1, 2),\n  DROP b,\n"
                                "DROP c;\nDO $$ BEGIN ALTER TABLE t DROP d, DROP e; END $$");
    std::string places;
    for (const Finding& one : found) places += fmt::format("{}:{} ", one.line, one.column);
    EXPECT_EQ(places, "3:3 4:1 5:27 5:35 ");
}

TEST(Lint, ThisProgramsMigrationsPass) {
    Linter linter;
    for (const auto& file : ops::embedded_migration_files())
        linter.lint(std::string(file.name), file.text);
    for (const Finding& found : linter.take_findings())
        ADD_FAILURE() << found.file << ":" << found.line << ": " << found.message;
}

// Rubbish must end, and never be read beyond its end.
TEST(Lint, EveryBeginningOfAFileIsReadToItsEnd) {
    for (const Case& one : kAlter)
        for (std::size_t length = 0; one.sql[length]; ++length)
            findings(std::string_view(one.sql, length));
    for (const Case& one : kBlocks)
        for (std::size_t length = 0; one.sql[length]; ++length)
            findings(std::string_view(one.sql, length));
}

}  // namespace
}  // namespace stele::lint
