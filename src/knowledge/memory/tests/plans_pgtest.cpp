// Plans in a skewed database with fresh statistics: one large tenant beside many small ones. What
// names rows by id reaches them by key, and reads no tenant.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "knowledge/memory/sql.hpp"
#include "knowledge/memory/tests/fixture.hpp"
#include "support/plan.hpp"

namespace stele::memory {
namespace {

using ::testing::HasSubstr;

constexpr const char* kSkewed = R"(
    INSERT INTO embedding_models (name, dimensions, weights_hash) VALUES ('tiny', 3, 'w');
    SET session_replication_role = replica;
    INSERT INTO memories (org_id, project_id, id, scope, instance, type, category, source, trust,
                          content, content_hash, lexemes, tags, metadata, pinned, created_at,
                          updated_at, indexed)
    SELECT t, t, gen_random_uuid(), 'global', 'i', 't', 'c', 's', 'x', 'text ' || g,
           sha256((i || ' ' || g)::bytea), '{}/1000000000', '{}', '{}', false,
           now() - g * interval '1 s', now(), g > 1500
    FROM generate_series(0, 300) i, md5('tenant ' || i) h, uuid(h) t,
         generate_series(1, CASE WHEN i = 0 THEN 20000 ELSE 20 END) g;
    INSERT INTO memory_vectors (org_id, project_id, memory_id, model, embedding)
    SELECT m.org_id, m.project_id, m.id, e.id, '[1,2,3]' FROM memories m, embedding_models e;
    SET session_replication_role = origin;
    ANALYZE memories; ANALYZE memory_vectors)";

// The one plan of a statement, as the runtime role.
std::string plan_of(const World& world, const pg::Statement& statement) {
    const auto connection = testing::connect(world.database.app_url());
    const auto run = [&](const std::string& text) {
        return connection->script(text, deadline_in(std::chrono::seconds(60)));
    };
    run(testing::kPlanAsTenant);
    run("PREPARE asked AS " + std::string(statement.text));
    std::string out;
    for (const pg::Row row :
         run("EXPLAIN EXECUTE asked" + testing::null_parameters(statement.text)))
        out += std::string(row.raw(0)) + "\n";
    return out;
}

// Each scan of the table is by an index whose condition names the column.
void expect_by_key(const std::string& plan, const std::string& table, const std::string& column) {
    int scans = 0;
    for (std::size_t at = 0; (at = plan.find(" on " + table + " ", at)) != std::string::npos;
         ++at) {
        const std::size_t begin = plan.rfind('\n', at) + 1;
        const std::string line = plan.substr(begin, plan.find('\n', at) - begin);
        if (line.find("Scan") == std::string::npos) continue;  // Insert, Delete
        ++scans;
        const std::size_t next = plan.find('\n', at) + 1;
        const std::string condition = plan.substr(next, plan.find('\n', next) - next);
        EXPECT_THAT(line, HasSubstr("Index")) << plan;
        EXPECT_THAT(condition, HasSubstr("(" + column + " =")) << plan;
        EXPECT_THAT(line, Not(HasSubstr("memories_recent"))) << plan;
    }
    EXPECT_GT(scans, 0) << plan;
}

TEST(Tenants, AnIdOfAnotherProjectIsFree) {
    World world;
    runtime::Context mine = world.context(), theirs = world.context();
    theirs.caller.project = *Uuid::parse("22222222-2222-4222-8222-222222222222");
    StoreInput in = note("mine");
    in.id = Uuid::v7().text();
    EXPECT_TRUE(store(mine, in).stored);
    in.content = "theirs";
    EXPECT_TRUE(store(theirs, in).stored);
    EXPECT_EQ(fetch(mine, {*Uuid::parse(*in.id)}).at(0).content, "mine");
    EXPECT_EQ(fetch(theirs, {*Uuid::parse(*in.id)}).at(0).content, "theirs");
}

TEST(Plans, RowsByIdAreReachedByKeyBesideALargeTenant) {
    const World world;
    world.database.connect()->script(kSkewed, deadline_in(std::chrono::seconds(60)));
    for (const pg::Statement& statement :
         {sql::fetch, sql::contents, sql::labels, sql::forget, sql::enqueue, sql::edges}) {
        SCOPED_TRACE(statement.name);
        expect_by_key(plan_of(world, statement), "memories", "id");
    }
    for (const pg::Statement& statement : {sql::search_rows, sql::add_vectors}) {
        SCOPED_TRACE(statement.name);
        expect_by_key(plan_of(world, statement), "memories", "id");
        expect_by_key(plan_of(world, statement), "memory_vectors", "memory_id");
    }
    for (const pg::Statement& statement :
         {sql::search_candidates, sql::search_candidates_filtered}) {
        SCOPED_TRACE(statement.name);
        const std::string plan = plan_of(world, statement);
        EXPECT_THAT(plan, HasSubstr("memories_unindexed")) << plan;
        expect_by_key(plan, "memory_vectors", "memory_id");
    }
}

}  // namespace
}  // namespace stele::memory
