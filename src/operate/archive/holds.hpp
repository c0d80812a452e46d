// Rows under legal hold: no verb deletes them, those that drop tables or databases included.
#pragma once

#include <string>
#include <vector>

#include "foundation/pg/connection.hpp"

namespace stele::archive {

// The tables of the schema that is worked in with at least one such row; `oper` sees every tenant's
// (open_operator). A schema before 0003 has none.
std::vector<std::string> held_tables(pg::Connection& oper, Deadline deadline);

// Throws Error(refused) when there is one.
void refuse_legal_holds(pg::Connection& oper, Deadline deadline);

}  // namespace stele::archive
