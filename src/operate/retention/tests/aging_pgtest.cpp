// Annotations and skills go by their class and their last change.
#include <fmt/format.h>

#include "operate/retention/operations.hpp"
#include "operate/setup/tests/context.hpp"
#include "support/test_database.hpp"

namespace stele::retention {
namespace {

using testing::HasSubstr;
using testing::query;
using testing::TestDatabase;

constexpr const char* kOrg = "00000000-0000-4000-8000-00000000000a";

struct Aged : testing::Test {
    TestDatabase database;
    ops::Bench bench{database.app_url(), database.url(), register_operations};

    std::string ask(const std::string& text) { return query(database.url(), text); }
    void annotation(const std::string& job, const std::string& origin, int days,
                    const std::string& retention = "ephemeral", bool counts = true) {
        ask(
            fmt::format("INSERT INTO annotations (org_id, project_id, id, job_id, origin, verdict, "
                        "score, counts, agent, model, domain, iterations, token_cost, duration_ms, "
                        "instance, retention, created_at, updated_at) SELECT '{0}', '{0}', "
                        "gen_random_uuid(), '{1}', '{2}', 'pass', 1, {5}, 'a', 'm', 'd', 1, 0, 0, "
                        "'i', '{4}', t, t FROM (SELECT now() - interval '{3} days' AS t) x",
                        kOrg, job, origin, days, retention, counts));
    }
    void skill(const std::string& name, int days, const std::string& retention) {
        ask(fmt::format(
            "INSERT INTO skills (org_id, project_id, id, name, description, content, "
            "content_hash, source, instance, lexemes, retention, created_at, "
            "updated_at) SELECT '{0}', '{0}', gen_random_uuid(), '{1}', 'd', 'c', "
            "sha256('c'), 's', 'i', '{{}}/1000000000', '{3}', t, t FROM (SELECT now() - "
            "interval '{2} days' AS t) x",
            kOrg, name, days, retention));
    }
    json::value apply() {
        return bench.run("db.retention_apply", {{"force", true}, {"confirm", "apply-retention"}});
    }
    std::string left(const std::string& column, const std::string& table) {
        return ask(fmt::format("SELECT coalesce(string_agg({0}, ' ' ORDER BY {0}), '') FROM {1}",
                               column, table));
    }
};

TEST_F(Aged, RowsGoByTheirClassAndLastChange) {
    annotation("old", "human", 31);
    annotation("recent", "human", 29);
    annotation("kept", "human", 4000, "standard");
    annotation("held", "human", 4000, "legal-hold");
    skill("old-skill", 31, "ephemeral");
    skill("recent-skill", 29, "ephemeral");
    skill("held-skill", 4000, "legal-hold");
    EXPECT_THAT(bench.print("db.retention_plan"),
                HasSubstr("from annotations, ephemeral: unchanged for 30 days"));
    EXPECT_EQ(apply().at("rows"), 2);
    EXPECT_EQ(left("job_id", "annotations"), "held kept recent");
    EXPECT_EQ(left("name", "skills"), "held-skill recent-skill");
    EXPECT_EQ(left("table_name || row_count", "retention_log"), "annotations1 skills1");
    EXPECT_EQ(apply().at("rows"), 0);
}

TEST_F(Aged, WhatAPersonHidCountsAgain) {
    annotation("a", "human", 31);
    annotation("a", "auto", 29, "ephemeral", false);
    annotation("b", "human", 31);
    annotation("b", "auto", 31, "ephemeral", false);
    EXPECT_EQ(apply().at("rows"), 3);
    EXPECT_EQ(left("job_id || origin || counts", "annotations"), "aautotrue");
}

}  // namespace
}  // namespace stele::retention
