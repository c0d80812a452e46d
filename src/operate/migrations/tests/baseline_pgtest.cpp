// What the functions of the baseline promise to whoever adds a table.
#include <fmt/format.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/error.hpp"
#include "support/test_database.hpp"

namespace stele::ops {
namespace {

using ::testing::HasSubstr;
using testing::query;

constexpr const char* kTenant = "0a000000-0000-4000-8000-000000000001";

std::string refusal(const testing::TestDatabase& database, const std::string& sql) {
    try {
        query(database.url(), sql);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

// A table by days, kept for ten of them.
struct Daily : ::testing::Test {
    Daily() {
        query(database.url(),
              "CREATE TABLE sealed (org_id uuid NOT NULL, project_id uuid NOT NULL, id uuid NOT "
              "NULL, at timestamptz NOT NULL, PRIMARY KEY (org_id, project_id, id, at)) PARTITION "
              "BY RANGE (at); SELECT stele_protect('sealed', append_only => true); "
              "SELECT stele_register_partitions('sealed', 'day', 2, 10, 'id')");
    }
    testing::TestDatabase database;
};

TEST_F(Daily, PartitionsAreMadeAheadForAnyRegisteredTable) {
    EXPECT_EQ(query(database.url(),
                    "SELECT count(*) FROM stele_partitions('sealed') WHERE starts >= "
                    "date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'"),
              "3");
    query(database.url(), "UPDATE partitioned_tables SET ahead = 5 WHERE parent = 'sealed'");
    EXPECT_EQ(query(database.url(), "SELECT stele_keep_partitions()"), "3");
    EXPECT_EQ(query(database.url(), "SELECT stele_keep_partitions()"), "0");
    EXPECT_EQ(query(database.url(),
                    "SELECT count(*) FROM pg_class WHERE relname LIKE 'sealed_y%' AND NOT "
                    "(relrowsecurity AND relforcerowsecurity) AND relkind = 'r'"),
              "0");
}

TEST_F(Daily, OnesThatAreOverAreDroppedAndLogged) {
    query(database.url(),
          fmt::format("CREATE TABLE sealed_y2020m01d05 PARTITION OF sealed FOR VALUES FROM "
                      "('2020-01-05 00:00Z') TO ('2020-01-06 00:00Z'); "
                      "INSERT INTO sealed VALUES ('{0}', '{0}', '{0}', '2020-01-05 12:00Z')",
                      kTenant));
    EXPECT_EQ(query(database.url(),
                    "SELECT partition || ' ' || row_count || ' ' || tenant_count FROM "
                    "stele_drop_partitions('sealed', '2020-01-06 00:00Z')"),
              "sealed_y2020m01d05 1 1");
    EXPECT_EQ(query(database.url(),
                    "SELECT org_id || ' ' || row_count || ' ' || row_ids[1] FROM retention_log"),
              fmt::format("{0} 1 {0}", kTenant));
    EXPECT_THAT(refusal(database, "SELECT stele_drop_partitions('sealed', now() - interval '8 d')"),
                HasSubstr("keeps 10 days at least"));
    EXPECT_THAT(refusal(database, "SELECT stele_drop_partitions('jobs', '2020-01-06')"),
                HasSubstr("jobs is not registered"));
}

TEST_F(Daily, AppendOnlyHoldsForTheOwnerToo) {
    query(database.url(),
          fmt::format("INSERT INTO sealed VALUES ('{0}', '{0}', '{0}', now())", kTenant));
    for (const char* change : {"UPDATE sealed SET at = at", "DELETE FROM sealed", "TRUNCATE sealed",
                               "TRUNCATE retention_log"})
        EXPECT_THAT(refusal(database, change), HasSubstr("is append-only")) << change;
}

TEST(DueWork, NoWriterWaitsForAnother) {
    const testing::TestDatabase database;
    const auto first = database.connect(), second = database.connect();
    const std::string announce = fmt::format(
        "BEGIN; SET LOCAL lock_timeout = '1s'; INSERT INTO due_work (org_id, project_id, task) "
        "SELECT '{0}', '{0}', 'embed' WHERE NOT EXISTS (SELECT FROM due_work WHERE org_id = '{0}' "
        "AND project_id = '{0}' AND task = 'embed' AND due_at <= now())",
        kTenant);
    query(*first, announce);
    EXPECT_NO_THROW(query(*second, announce));  // the first has not committed
    query(*first, "COMMIT");
    query(*second, "COMMIT");
    query(*first, announce + "; COMMIT");  // it is there
    EXPECT_EQ(query(*first, "SELECT count(*) FROM due_work"), "2");
}

TEST(Schema, EveryTenantTableHasTheOneShapeOfPolicy) {
    const testing::TestDatabase database;
    EXPECT_EQ(query(database.url(),
                    "SELECT count(DISTINCT pg_get_expr(polqual, polrelid)) || ' ' || "
                    "count(polwithcheck) FROM pg_policy WHERE polname = 'tenant'"),
              "1 0");
    EXPECT_EQ(query(database.url(),
                    "SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
                    "WHERE attname = 'org_id' AND c.relkind IN ('r', 'p') AND relname <> "
                    "'due_work' AND relnamespace = 'public'::regnamespace AND NOT "
                    "coalesce(attoptions::text ~ 'n_distinct=-0.01', false)"),
              "0");
}

// No setting opens a tenant's rows to the role that serves requests: what looks across tenants is
// the operator's role, and definer functions that give keys.
TEST(Schema, NoSettingOpensAnotherTenantToTheRuntimeRole) {
    const testing::TestDatabase database;
    EXPECT_EQ(query(database.url(),
                    "SELECT coalesce(string_agg(format('%s on %s', polname, polrelid::regclass), "
                    "', '), '') FROM pg_policy WHERE polpermissive AND polname <> 'tenant' AND "
                    "(polroles = '{0}' OR polroles && (SELECT array_agg(oid) FROM pg_roles WHERE "
                    "pg_has_role('stele_runtime', oid, 'USAGE')))"),
              "");
    EXPECT_EQ(query(database.url(),
                    "SELECT coalesce(string_agg(p.oid::regprocedure::text, ', '), '') FROM pg_proc "
                    "p CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', "
                    "p.proowner))) a WHERE p.prosecdef AND p.proname LIKE 'stele\\_%' AND "
                    "a.grantee = 0"),
              "");
}

}  // namespace
}  // namespace stele::ops
