// What every instance and every delegation costs all day is reached by keys, few rows or many.
#include <gtest/gtest.h>

#include "support/plan.hpp"
#include "work/mesh/sql.hpp"
#include "work/mesh/tests/fixture.hpp"

namespace stele::mesh {
namespace {

// The one plan of a statement, made as the runtime role within a tenant.
std::string plan_of(const World& world, const pg::Statement& statement, bool planned) {
    const auto connection = testing::connect(world.database.app_url());
    const auto run = [&](const std::string& text) {
        return connection->script(text, deadline_in(std::chrono::seconds(30)));
    };
    run(testing::kPlanAsTenant);
    run("PREPARE asked AS " + std::string(statement.text));
    run("BEGIN");
    if (planned) run(sql::plan.text);
    std::string out;
    for (const pg::Row row :
         run("EXPLAIN EXECUTE asked" + testing::null_parameters(statement.text)))
        out += std::string(row.raw(0)) + "\n";
    return out;
}

// The condition of the scan of a table, "" when it is not by an index.
std::string condition_of(const std::string& plan, const std::string& index) {
    const auto at = plan.find("Index Scan using " + index + " ");
    if (at == std::string::npos) return "";
    const auto begin = plan.find("Index Cond:", at);
    return plan.substr(begin, plan.find('\n', begin) - begin);
}

void expect_beats_by_key(const World& world) {
    const std::string plan = plan_of(world, sql::heartbeat, true);
    EXPECT_NE(condition_of(plan, "mesh_heartbeats_pkey").find("(id = s_1.id)"), std::string::npos)
        << plan;
}

TEST(Plans, BeatsAreReachedByKeyWhileThereAreNone) {
    const World world;
    expect_beats_by_key(world);
}

TEST(Plans, AreByKeyWhenThereAreMany) {
    World world;
    world.tell(
        "INSERT INTO mesh_instances (org_id, project_id, id, name) SELECT t, t, gen_random_uuid(), "
        "'i' || g FROM generate_series(1, 10000) g, uuid('00000000-0000-4000-8000-000000000001') t;"
        "INSERT INTO mesh_heartbeats (org_id, project_id, id) SELECT org_id, project_id, id FROM "
        "mesh_instances;"
        "INSERT INTO delegations (org_id, project_id, id, idempotency_key, target_id, target, "
        "endpoint, depth, path, routing_explanation_id, reason, fallback, payload_redacted, "
        "instance, status, ended_at) SELECT t, t, gen_random_uuid(), g::text, t, 'x', 'e', 1, "
        "'{}', t, 'r', false, '{}', 'i', 'complete', now() FROM generate_series(1, 20000) g, "
        "uuid('00000000-0000-4000-8000-000000000001') t;"
        "ANALYZE mesh_instances; ANALYZE mesh_heartbeats; ANALYZE delegations");
    expect_beats_by_key(world);
    const std::string found = plan_of(world, sql::delegation, false);
    EXPECT_NE(condition_of(found, "delegations_pkey").find("(id = "), std::string::npos) << found;
    EXPECT_NE(condition_of(found, "delegations_key").find("idempotency_key"), std::string::npos);
    // What the definer function reads: the rows that are due, by their index.
    EXPECT_EQ(world.ask("WITH due AS MATERIALIZED (SELECT count(*) FROM "
                        "stele_due_delegations(10, '{}', '{}')) SELECT "
                        "pg_stat_get_xact_numscans('delegations_due'::regclass) || ' ' || "
                        "pg_stat_get_xact_numscans('delegations'::regclass) FROM due"),
              "1 0");
    for (const pg::Statement& statement : {sql::take_due, sql::taken, sql::heard, sql::unanswered,
                                           sql::end_delegation, sql::add_outcome, sql::leave}) {
        const std::string plan = plan_of(world, statement, false);
        EXPECT_EQ(plan.find("Seq Scan"), std::string::npos) << statement.name << "\n" << plan;
    }
}

}  // namespace
}  // namespace stele::mesh
