#include <gtest/gtest.h>

#include "support/plan.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/tests/fixture.hpp"

namespace stele::jobs {
namespace {

// The lines of a statement's one plan, made as the runtime role after plan.sql.
std::vector<std::string> plan_of(const World& world, const pg::Statement& statement) {
    const auto connection = testing::connect(world.database.app_url());
    const auto run = [&](const std::string& text) {
        return connection->script(text, deadline_in(std::chrono::seconds(30)));
    };
    run(testing::kPlanAsTenant);
    run("PREPARE asked AS " + std::string(statement.text));
    run("BEGIN");
    run(sql::plan.text);
    std::vector<std::string> out;
    for (const pg::Row row :
         run("EXPLAIN EXECUTE asked" + testing::null_parameters(statement.text)))
        out.emplace_back(row.raw(0));
    return out;
}

// A scan of jobs or job_queue that is not by key, or nothing.
std::string scan_without_key(const std::vector<std::string>& plan) {
    for (std::size_t i = 0; i < plan.size(); ++i) {
        const std::string line = plan[i] + " ";
        if (line.find("Scan") == std::string::npos || line.find("Tid Scan") != std::string::npos)
            continue;
        if (line.find(" on jobs ") == std::string::npos &&
            line.find(" on job_queue ") == std::string::npos)
            continue;
        if (i + 1 == plan.size() || plan[i + 1].find("Index Cond:") == std::string::npos)
            return plan[i];
    }
    return "";
}

// What a worker says all day, and what keeps time: read by keys, few jobs or many, counted or not.
void expect_keys(const World& world) {
    for (const pg::Statement& statement :
         {sql::promote, sql::first_ready, sql::lease, sql::lease_fair, sql::heartbeat,
          sql::complete, sql::end_attempts, sql::save_steps, sql::hold, sql::suspend, sql::reserve,
          sql::cancel, sql::redrive, sql::roots, sql::add_context, sql::open_schedule,
          sql::steps_planned}) {
        const auto plan = plan_of(world, statement);
        ASSERT_FALSE(plan.empty()) << statement.name;
        EXPECT_EQ(scan_without_key(plan), "") << statement.name;
    }
}

TEST(Plans, ReadJobsByKeyWhileThereAreNone) {
    const World world;
    expect_keys(world);
}

TEST(Plans, ReadJobsByKeyWhenThereAreMany) {
    World world;
    auto context = world.context();
    for (int i = 0; i < 5; ++i) submit_batch(context, many(1000));
    world.tell("ANALYZE jobs; ANALYZE job_queue");
    expect_keys(world);
}

}  // namespace
}  // namespace stele::jobs
