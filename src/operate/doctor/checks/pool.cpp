#include <fmt/format.h>

#include <algorithm>

#include "operate/doctor/checks.hpp"
#include "runtime/settings.hpp"

namespace stele::doctor {

namespace {

Finding examine_pool(DatabaseUnderTest& database) {
    const pg::PoolStats pool = database.context().db.stats();
    const std::string evidence =
        fmt::format("{} of {} connections in use, {} waiting, {} waits timed out", pool.in_use,
                    pool.size, pool.waiting, pool.timeouts);
    const std::string larger = fmt::format(
        "export STELE_DATABASE_POOL_SIZE={}  # then restart Stele; "
        "`stele db pool` tells whether it fits",
        std::min<std::size_t>(pool.size * 2, 200));
    if (pool.in_use >= pool.size)
        return fail(evidence, "every connection of this process's pool is in use", larger);
    if (pool.timeouts > 0)
        return warn(evidence,
                    "operations have waited for a connection in vain since this process began",
                    larger);
    return pass(evidence);
}

}  // namespace

const Check kPool{"pool", "This process has connections to spare", Needs::nothing, examine_pool};

}  // namespace stele::doctor
