// The schema that Stele's tables are made in, and what is looked at before the first of them is
// made.
#pragma once

#include <string>

#include "foundation/base/clock.hpp"

namespace stele::pg {
class Connection;
class Database;
}  // namespace stele::pg

namespace stele::ops {

// The detail of an Error(refused) that no later try can mend: a server must not start.
inline constexpr const char* kRefusal = "refusal";

// Throws Error(refused) when there is no ledger and tables of somebody else's are there: in
// `schema` when one is named, else in any.
void refuse_foreign_tables(pg::Connection& connection, const std::string& schema,
                           Deadline deadline);

// Makes `schema` where it is missing and has sessions work in it, by the search_path of the
// database; of the login alone in a database that others use, too. True when it changed something:
// then a new session is needed. With `plan` nothing is changed but this session.
bool use_schema(pg::Connection& connection, const std::string& schema, bool plan,
                Deadline deadline);

// Lets Stele's roles enter the schemas of its tables and extensions.
void grant_schema_usage(pg::Connection& connection, Deadline deadline);

// Why tenants are not kept apart by the database for this login, as part of a sentence ("is a
// superuser"), with its name; "" when they are.
struct Bypass {
    std::string why, login;
};
Bypass row_security_bypass(pg::Database& db, Deadline deadline);

}  // namespace stele::ops
