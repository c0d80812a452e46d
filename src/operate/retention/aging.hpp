// Tables whose rows go when nothing has changed them for long, and nothing hangs on them: what was
// said about work, how things are done, and why work would have gone somewhere.
#pragma once

#include <span>
#include <string_view>

#include "foundation/pg/database.hpp"
#include "operate/retention/rules.hpp"
#include "runtime/context.hpp"

namespace stele::retention {

struct Aging {
    std::string_view table;
    const pg::Statement& plan;     // $1 class, $2 before → org, project, rows, the oldest
    const pg::Statement& classes;  // → class, rows
    const pg::Statement& take;     // $1 org, $2 project, $3 class, $4 before, $5 at most → ids
};

std::span<const Aging> aging_tables();
// Null when the table is none of them.
const Aging* aging_table(std::string_view table);

// One transaction: the rows go and the log says so, or neither. Gives how many; 0: no more.
std::size_t delete_aged(runtime::Context& context, const Aging& aging, const Rule& rule,
                        const pg::Tenant& tenant);

}  // namespace stele::retention
