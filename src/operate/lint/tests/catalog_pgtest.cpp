// The fingerprint of a catalog: the same for the same, another for every kind of change.
#include "operate/lint/catalog.hpp"

#include "support/test_database.hpp"

namespace stele::lint {
namespace {

using testing::HasSubstr;
using testing::query;

class Fingerprint : public testing::TestWithParam<const char*> {};

TEST_P(Fingerprint, SeesTheChange) {
    static const testing::TestDatabase database;
    const auto connection = database.connect();
    query(*connection, "BEGIN");
    query(*connection,
          "CREATE TABLE t (a int NOT NULL DEFAULT 1, b text); CREATE INDEX t_a ON t (a); ALTER "
          "TABLE t ADD CONSTRAINT c CHECK (a > 0); CREATE POLICY p ON t USING (a > 0); CREATE "
          "SEQUENCE s; CREATE TYPE e AS ENUM ('x'); CREATE DOMAIN d AS int; CREATE VIEW v AS "
          "SELECT a FROM t; CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1; CREATE "
          "FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE "
          "TRIGGER w BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION g()");
    const Catalog before = read_catalog(*connection);
    EXPECT_EQ(difference(before, read_catalog(*connection)), "");
    query(*connection, GetParam());
    EXPECT_NE(difference(before, read_catalog(*connection)), "") << GetParam();
    query(*connection, "ROLLBACK");
}

INSTANTIATE_TEST_SUITE_P(
    Every, Fingerprint,
    testing::Values("DROP TABLE memory_receipts", "ALTER TABLE t ADD COLUMN n int",
                    "ALTER TABLE t ALTER b TYPE varchar", "ALTER TABLE t ALTER a SET DEFAULT 2",
                    "ALTER TABLE t ALTER a DROP NOT NULL", "ALTER TABLE t ALTER b SET NOT NULL",
                    "ALTER TABLE t DROP CONSTRAINT c", "ALTER TABLE t ADD CHECK (a > 1) NOT VALID",
                    "DROP INDEX t_a", "CREATE INDEX ON t (b)", "ALTER POLICY p ON t USING (true)",
                    "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE t FORCE ROW LEVEL SECURITY", "GRANT SELECT ON t TO PUBLIC",
                    "GRANT UPDATE (a) ON t TO PUBLIC", "REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC",
                    "GRANT CREATE ON SCHEMA public TO PUBLIC",
                    "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql RETURN 2",
                    "ALTER TABLE t DISABLE TRIGGER w", "DROP TRIGGER w ON t",
                    "ALTER SEQUENCE s INCREMENT 2", "ALTER TYPE e ADD VALUE 'y'",
                    "ALTER DOMAIN d ADD CHECK (value > 0)", "ALTER DOMAIN d SET DEFAULT 1",
                    "CREATE OR REPLACE VIEW v AS SELECT a + 1 AS a FROM t",
                    "ALTER TABLE t SET (fillfactor = 70)", "COMMENT ON TABLE t IS 'x'",
                    "ALTER TABLE t OWNER TO stele_test_app", "CREATE STATISTICS s ON a, b FROM t",
                    "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING", "CREATE SCHEMA n",
                    "DROP EXTENSION pg_trgm CASCADE",
                    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC"));

TEST(Difference, NamesWhatOnlyOneHasAndCountsTheRest) {
    EXPECT_EQ(difference({"a", "b"}, {"a", "b"}), "");
    EXPECT_EQ(difference({"a", "b"}, {"b", "c"}), "gone: a; new: c");
    EXPECT_THAT(difference({"a", "b", "c", "d", "e"}, {}), HasSubstr("; and 2 more"));
}

}  // namespace
}  // namespace stele::lint
