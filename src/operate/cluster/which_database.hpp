// Which database a connection has come to, whatever the address it was reached by.
#pragma once

#include <cstdint>
#include <string>

#include "foundation/base/clock.hpp"

namespace stele::pg {
class Database;
}

namespace stele::ops {

struct WhichDatabase {
    std::string cluster;  // PostgreSQL's system identifier; "" when it may not be asked for
    std::string server;   // when the server started, and the database's name
    std::int64_t database = 0;
    // The same, also when only one of the two logins may ask for the identifier.
    bool operator==(const WhichDatabase& other) const;
};
WhichDatabase which_database(pg::Database& db, Deadline deadline);

}  // namespace stele::ops
