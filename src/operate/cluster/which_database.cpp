#include "operate/cluster/which_database.hpp"

#include "foundation/pg/database.hpp"
#include "foundation/pg/error.hpp"
#include "operate/cluster/sql.hpp"

namespace stele::ops {

bool WhichDatabase::operator==(const WhichDatabase& other) const {
    if (database != other.database) return false;
    if (cluster.empty() || other.cluster.empty()) return server == other.server;
    return cluster == other.cluster;
}

WhichDatabase which_database(pg::Database& db, Deadline deadline) {
    const pg::Result simple = db.untenanted(deadline, sql::server_identity);
    WhichDatabase out{"", simple[0].get<std::string>(0), simple[0].get<std::int64_t>(1)};
    try {
        out.cluster = db.untenanted(deadline, sql::cluster_identity)[0].get<std::string>(0);
    } catch (const pg::ServerError& error) {
        if (error.sqlstate() != "42501") throw;  // some providers keep it to themselves
    }
    return out;
}

}  // namespace stele::ops
