#include "operate/cluster/extensions.hpp"

#include <fmt/format.h>

#include "foundation/pg/database.hpp"
#include "operate/cluster/postgres_programs.hpp"
#include "operate/cluster/sql.hpp"

namespace stele::ops {

namespace {

void refuse(const pg::Result& rows) {
    if (rows.empty()) return;
    const std::string problem = vector_problem(rows[0].get<std::optional<std::string>>(0));
    if (problem.empty()) return;
    throw Error(Code::unavailable, "the extension vector " + problem,
                fmt::format("install pgvector {} or newer on the server (package "
                            "postgresql-NN-pgvector), then as a superuser: {}",
                            kOldestHnsw, kUpdateVector));
}

}  // namespace

std::string vector_problem(const std::optional<std::string>& version) {
    if (!version || !version_before(*version, kOldestVector)) return "";
    return fmt::format("{} is too old, {} is needed", *version, kOldestVector);
}

void refuse_old_extensions(pg::Connection& connection, Deadline deadline) {
    refuse(connection.run(sql::vector_version, pg::Params(connection.types()), deadline));
}

void refuse_old_extensions(pg::Database& db, Deadline deadline) {
    refuse(db.untenanted(deadline, sql::vector_version));
}

}  // namespace stele::ops
