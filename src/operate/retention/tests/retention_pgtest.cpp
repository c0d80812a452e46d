// Retention against a real database: what the rules take, and what nobody can take.
#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "knowledge/retrieval/tests/fixture.hpp"
#include "operate/archive/operations.hpp"
#include "operate/retention/operations.hpp"
#include "operate/setup/tests/context.hpp"
#include "support/test_database.hpp"

namespace stele::retention {
namespace {

using testing::HasSubstr;
using testing::query;
using testing::TestDatabase;

constexpr const char* kOrg = "00000000-0000-4000-8000-00000000000a";
constexpr const char* kOtherOrg = "00000000-0000-4000-8000-00000000000b";

struct Retention : testing::Test {
    TestDatabase database;
    ops::Bench bench{database.app_url(), database.url(), register_operations};

    // `count` memories of a tenant that last changed and expired so long ago; "" never expires.
    void remember(int count, const std::string& retention, const std::string& age,
                  const std::string& expired = "", const char* org = kOrg) {
        query(database.url(),
              fmt::format(
                  "INSERT INTO memories (org_id, project_id, id, scope, instance, type, category, "
                  "source, trust, content, content_hash, lexemes, tags, metadata, pinned, "
                  "created_at, updated_at, expires_at, retention) SELECT '{0}', '{0}', "
                  "gen_random_uuid(), 'global', 'i', 't', 'c', 's', 'verified', t, "
                  "sha256(t::bytea), '{{}}/1000000000', '{{}}', '{{}}', false, now() - interval "
                  "'{2}', now() - interval '{2}', {3}, '{1}' FROM (SELECT gen_random_uuid()::text "
                  "AS t FROM generate_series(1, {4})) s",
                  org, retention, age,
                  expired.empty() ? "NULL" : fmt::format("now() - interval '{}'", expired), count));
    }
    std::string classes() {
        return query(database.url(),
                     "SELECT string_agg(retention || ' ' || n, ', ' ORDER BY retention) FROM "
                     "(SELECT retention, count(*) AS n FROM memories GROUP BY 1) s");
    }
    json::value apply() {
        return bench.run("db.retention_apply", {{"force", true}, {"confirm", "apply-retention"}});
    }
};

TEST_F(Retention, ThePlanSaysWhatGoesAndWhyAndChangesNothing) {
    remember(3, "standard", "1 year");
    remember(2, "standard", "1 year", "8 days");
    remember(1, "standard", "1 year", "6 days");
    remember(4, "ephemeral", "31 days", "", kOtherOrg);
    remember(1, "ephemeral", "31 days", "20 days");  // one row, one rule
    remember(1, "ephemeral", "29 days");
    remember(5, "audit", "20 years", "10 years");
    remember(6, "legal-hold", "20 years", "10 years");
    const std::string text = bench.print("db.retention_plan");
    EXPECT_THAT(text, HasSubstr("would delete 2 of 1 tenants from memories, standard: expired more "
                                "than 7 days ago"));
    EXPECT_THAT(text, HasSubstr("would delete 1 of 1 tenants from memories, ephemeral: expired"));
    EXPECT_THAT(text, HasSubstr("would delete 4 of 1 tenants from memories, ephemeral: unchanged "
                                "for 30 days"));
    EXPECT_THAT(text, HasSubstr("memories, legal-hold: 6 rows\n"));
    EXPECT_EQ(bench.run("db.retention_plan").at("rows"), 7);
    EXPECT_EQ(classes(), "audit 5, ephemeral 6, legal-hold 6, standard 6");
}

TEST_F(Retention, WhatItDeletesIsGoneFromTheSegmentsToo) {
    auto db = database.open();
    retrieval::Words words(1);
    retrieval::add_items(*db, words, 1200);
    db->transaction(retrieval::call_for(), [](pg::Transaction& tx) {
        EXPECT_GT(build_segment(tx, retrieval::kTenant, retrieval::kSource), 0);
    });
    query(database.url(),
          "UPDATE memories SET retention = 'ephemeral', created_at = now() - interval '40 days', "
          "updated_at = now() - interval '40 days' WHERE id IN (SELECT id FROM memories WHERE "
          "indexed LIMIT 100) OR id IN (SELECT id FROM memories WHERE NOT indexed LIMIT 10)");
    EXPECT_EQ(apply().at("rows"), 110);
    EXPECT_EQ(query(database.url(), "SELECT removed FROM search_segments"), "100");
    for (int i = 0; i < 5; ++i) retrieval::check_search(*db, words.query(6));
}

TEST_F(Retention, ApplyingDeletesThatAndRecordsItInEachTenant) {
    remember(2500, "ephemeral", "40 days");
    remember(3, "ephemeral", "40 days", "", kOtherOrg);
    remember(2, "standard", "40 days");
    remember(1, "legal-hold", "40 days", "20 days");
    const json::value out = apply();
    EXPECT_EQ(out.at("rows"), 2503);
    EXPECT_EQ(out.at("lines").at(0).at("rows"), 2503);
    EXPECT_EQ(classes(), "legal-hold 1, standard 2");
    EXPECT_EQ(query(database.url(),
                    "SELECT string_agg(right(org_id::text, 1) || ' ' || row_count || ' ' || "
                    "cardinality(row_ids) || ' ' || class || ' ' || rule || ' ' || table_name || "
                    "' ' || applied_by, '; ' ORDER BY org_id, row_count DESC) FROM retention_log"),
              "a 1000 1000 ephemeral unchanged for 30 days memories local; "
              "a 1000 1000 ephemeral unchanged for 30 days memories local; "
              "a 500 500 ephemeral unchanged for 30 days memories local; "
              "b 3 3 ephemeral unchanged for 30 days memories local");
    EXPECT_EQ(apply().at("rows"), 0);
    EXPECT_EQ(bench.print("db.retention_plan").substr(0, 25), "nothing is past its time\n");
}

TEST_F(Retention, DurationsComeFromTheConfiguration) {
    remember(1, "standard", "100 days");
    remember(1, "audit", "100 days");
    bench.settings().retention.standard_days = 99;
    bench.settings().retention.audit_days = 101;
    EXPECT_EQ(apply().at("rows"), 1);
    EXPECT_EQ(classes(), "audit 1");
}

TEST_F(Retention, ApplyingNeedsItsWords) {
    remember(1, "ephemeral", "40 days");
    for (const json::object& input : {json::object{}, json::object{{"force", true}},
                                      json::object{{"confirm", "apply-retention"}}})
        try {
            bench.run("db.retention_apply", input);
            FAIL() << serialize(input);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::refused);
        }
    EXPECT_EQ(classes(), "ephemeral 1");
}

TEST_F(Retention, ARoleThatDoesNotSeeEveryTenantIsRefused) {
    ops::Bench blind(database.app_url(), database.app_url(), register_operations);
    EXPECT_THROW(blind.run("db.retention_plan"), Error);
}

// Plain SQL, as whoever: a hold is the database's law and not this program's courtesy.
TEST_F(Retention, NobodyDeletesWhatIsUnderLegalHold) {
    remember(1, "legal-hold", "1 day");
    remember(1, "standard", "1 day");
    const std::string tenant =
        fmt::format("SET stele.org_id = '{0}'; SET stele.project_id = '{0}'; ", kOrg);
    const auto runtime = testing::connect(database.app_url());
    query(*runtime, tenant + "DELETE FROM memories");
    EXPECT_EQ(classes(), "legal-hold 1");
    EXPECT_THROW(query(*runtime, "TRUNCATE memories CASCADE"), Error);

    // An owner who is no superuser: forced row-level security binds it.
    query(database.url(),
          "DO $$ BEGIN CREATE ROLE stele_test_owner LOGIN; EXCEPTION WHEN duplicate_object THEN "
          "NULL; END $$; ALTER TABLE memories OWNER TO stele_test_owner");
    const auto owner = testing::connect(testing::url_for(database.name(), "stele_test_owner"));
    query(*owner, tenant + "DELETE FROM memories");
    EXPECT_EQ(classes(), "legal-hold 1");

    // A superuser, whom policies do not bind.
    try {
        query(database.url(), "DELETE FROM memories");
        FAIL() << "the trigger should have refused it";
    } catch (const Error& error) {
        EXPECT_THAT(std::string(error.what()), HasSubstr("is under legal hold"));
    }
    // A hold ends by its class, not by deleting.
    query(*runtime, "UPDATE memories SET retention = 'standard'");
    query(*runtime, "DELETE FROM memories");
    EXPECT_EQ(classes(), "");
}

TEST_F(Retention, ResettingTheDatabaseIsRefusedWhileSomethingIsHeld) {
    ops::Bench operating(database.url(), database.url(), [](runtime::Registry& registry) {
        archive::register_operations(registry, {});
    });
    const json::object words{{"force", true}, {"confirm", "reset-postgres"}};
    remember(1, "legal-hold", "1 day");
    try {
        operating.run("db.reset", words);
        FAIL() << "it was not refused";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::refused);
        EXPECT_THAT(std::string(error.what()), HasSubstr("memories has rows under legal hold"));
    }
    EXPECT_EQ(classes(), "legal-hold 1");
}

TEST_F(Retention, TheLogIsATenantsOwnAndIsOnlyAppendedTo) {
    remember(1, "ephemeral", "40 days");
    apply();
    const auto runtime = testing::connect(database.app_url());
    EXPECT_EQ(query(*runtime, "SELECT count(*) FROM retention_log"), "0");
    query(*runtime, fmt::format("SET stele.org_id = '{0}'; SET stele.project_id = '{0}'", kOrg));
    EXPECT_EQ(query(*runtime, "SELECT count(*) FROM retention_log"), "1");
    EXPECT_THROW(query(*runtime, "DELETE FROM retention_log"), Error);
    EXPECT_THROW(query(*runtime, "UPDATE retention_log SET rule = 'x'"), Error);
    EXPECT_EQ(query(database.url(), "SET ROLE stele_audit; SET stele.org_id = '" +
                                        std::string(kOrg) + "'; SET stele.project_id = '" + kOrg +
                                        "'; SELECT count(*) FROM retention_log"),
              "1");
}

TEST_F(Retention, AnUnknownClassIsRefusedByTheDatabase) {
    EXPECT_THROW(remember(1, "forever", "1 day"), Error);
}

}  // namespace
}  // namespace stele::retention
