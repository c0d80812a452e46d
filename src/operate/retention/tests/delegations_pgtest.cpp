// Retention of what was delegated.
#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "operate/retention/operations.hpp"
#include "operate/setup/tests/context.hpp"
#include "support/test_database.hpp"

namespace stele::retention {
namespace {

using testing::HasSubstr;
using testing::query;

constexpr const char* kOrg = "00000000-0000-4000-8000-00000000000a";

struct DelegationRetention : testing::Test {
    testing::TestDatabase database;
    ops::Bench bench{database.app_url(), database.url(), register_operations};

    std::string ask(const std::string& text) { return query(database.url(), text); }
    // One that ended so many days ago, with an event and an explanation; -1: it has not ended.
    std::string delegation(const std::string& retention, int days) {
        const std::string id = ask("SELECT gen_random_uuid()");
        const bool ended = days >= 0;
        ask(fmt::format(
            "INSERT INTO delegations (org_id, project_id, id, idempotency_key, target_id, target, "
            "endpoint, depth, path, routing_explanation_id, reason, fallback, payload_redacted, "
            "instance, retention, status, ended_at, next_poll_at) VALUES ('{0}', '{0}', '{1}', "
            "'{1}', '{1}', 't', 'e', 1, '{{}}', '{1}', 'r', false, '{{}}', 'i', '{2}', '{3}', {4})",
            kOrg, id, retention, ended ? "complete" : "submitted",
            ended ? fmt::format("now() - interval '{} days', NULL", days) : "NULL, now()"));
        ask(
            fmt::format("INSERT INTO delegation_events VALUES ('{0}', '{0}', '{1}', 1, 'x', '1');"
                        "INSERT INTO routing_explanations (org_id, project_id, id, weights, "
                        "candidates, skipped, reason, instance) VALUES ('{0}', '{0}', '{1}', '1', "
                        "'[]', '[]', 'r', 'i')",
                        kOrg, id));
        return id;
    }
    std::string left(const char* table) {
        return ask(fmt::format("SELECT count(*) FROM {}", table));
    }
};

TEST_F(DelegationRetention, TakesWhatEndedWithItsEventsAndExplanations) {
    const std::string gone = delegation("ephemeral", 31);
    delegation("ephemeral", 29);
    delegation("ephemeral", -1);
    delegation("standard", 4000);
    delegation("legal-hold", 4000);
    EXPECT_THAT(bench.print("db.retention_plan"), HasSubstr("delegations"));
    bench.run("db.retention_apply", {{"force", true}, {"confirm", "apply-retention"}});
    EXPECT_EQ(ask("SELECT count(*) FROM delegations WHERE id = '" + gone + "'"), "0");
    for (const char* table : {"delegations", "delegation_events", "routing_explanations"})
        EXPECT_EQ(left(table), "4") << table;
    EXPECT_EQ(ask("SELECT row_ids::text FROM retention_log WHERE table_name = 'delegations'"),
              "{" + gone + "}");
    // The database's own law.
    EXPECT_THROW(ask("DELETE FROM delegations WHERE retention = 'legal-hold'"), Error);
}

TEST_F(DelegationRetention, ExplanationsOfDryRunsAreEphemeral) {
    delegation("standard", 400);
    const auto dry_run = [&](int days) {
        ask(fmt::format(
            "INSERT INTO routing_explanations (org_id, project_id, id, weights, "
            "candidates, skipped, reason, instance, created_at) VALUES ('{0}', '{0}', "
            "gen_random_uuid(), '1', '[]', '[]', 'dry {1}', 'i', now() - interval '{1} days')",
            kOrg, days));
    };
    dry_run(31);
    dry_run(29);
    ask("UPDATE routing_explanations SET created_at = now() - interval '400 days' WHERE reason = "
        "'r'");
    EXPECT_THAT(bench.print("db.retention_plan"), HasSubstr("routing_explanations"));
    bench.run("db.retention_apply", {{"force", true}, {"confirm", "apply-retention"}});
    EXPECT_EQ(ask("SELECT string_agg(reason, ',' ORDER BY reason) FROM routing_explanations"),
              "dry 29,r");
}

}  // namespace
}  // namespace stele::retention
