#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operate/doctor/checks.hpp"
#include "runtime/settings.hpp"

namespace stele::doctor {

namespace {

Finding examine_pool_budget(DatabaseUnderTest& database) {
    const watch::PoolOutput budget =
        watch::pool_budget(database.context().db, {},
                           database.context().settings.database.pool_size, database.deadline());
    const std::string evidence =
        fmt::format("{} × {} = {} wanted, {} available ({})", budget.processes, budget.pool_size,
                    budget.wanted, budget.available, budget.limited_by);
    if (budget.fits) return pass(evidence);
    return fail(evidence,
                "the pools of all Stele processes together are larger than what the server admits",
                fmt::format("{}", fmt::join(budget.remedies, "\n")));
}

}  // namespace

const Check kPoolBudget{"pool-budget", "All pools together fit into the server", Needs::database,
                        examine_pool_budget};

}  // namespace stele::doctor
