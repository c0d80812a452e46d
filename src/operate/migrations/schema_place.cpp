#include "operate/migrations/schema_place.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "foundation/pg/database.hpp"
#include "foundation/pg/error.hpp"
#include "operate/migrations/sql.hpp"

namespace stele::ops {

namespace {

void change(pg::Connection& connection, const std::string& statement, Deadline deadline) {
    try {
        connection.script(statement, deadline);
    } catch (const pg::ServerError& error) {
        if (error.sqlstate() != "42501") throw;
        throw Error(Code::refused, "this login may not run: " + statement,
                    "have the owner of the database run it, then this again");
    }
}

}  // namespace

void refuse_foreign_tables(pg::Connection& connection, const std::string& schema,
                           Deadline deadline) {
    const pg::Params none(connection.types());
    if (!schema.empty()) connection.script("SET search_path = " + pg::quote_name(schema), deadline);
    const bool ledger = connection.run(sql::ledger_exists, none, deadline)[0].get<bool>(0);
    if (!schema.empty()) connection.script("RESET search_path", deadline);
    if (ledger) return;
    const pg::Result rows =
        connection.run(sql::foreign_tables, pg::Params(connection.types(), schema), deadline);
    if (rows.empty()) return;
    std::string names;
    for (const pg::Row row : rows) names += (names.empty() ? "" : ", ") + row.get<std::string>(0);
    const auto count = rows[0].get<std::int64_t>(1);
    throw Error(Code::refused,
                fmt::format("{} holds {} tables of another application ({}{}) and no ledger of "
                            "Stele's: nothing was changed",
                            connection.info().redacted_url(), count, names,
                            count > rows.rows() ? ", …" : ""),
                "give Stele a database of its own, or a schema of its own (database.schema); "
                "without DATABASE_URL the local cluster is used. `stele db migrate "
                "--into-existing` puts its tables there all the same",
                {{kRefusal, "foreign-tables"}});
}

bool use_schema(pg::Connection& connection, const std::string& schema, bool plan,
                Deadline deadline) {
    const pg::Result rows =
        connection.run(sql::schema_place, pg::Params(connection.types(), schema), deadline);
    const pg::Row row = rows[0];
    const auto database = row.get<std::string>(0), login = row.get<std::string>(1);
    const bool shared = row.get<bool>(4);
    const auto path = row.get<std::string>(5);
    if (row.get<std::string>(2) == schema) return false;
    if (plan) {
        connection.script("SET search_path = " + path, deadline);
        return false;
    }
    if (!row.get<bool>(3))
        change(connection, "CREATE SCHEMA IF NOT EXISTS " + pg::quote_name(schema), deadline);
    const std::string whose = shared ? fmt::format("ROLE {} IN DATABASE {}", pg::quote_name(login),
                                                   pg::quote_name(database))
                                     : "DATABASE " + pg::quote_name(database);
    change(connection, fmt::format("ALTER {} SET search_path = {}", whose, path), deadline);
    log::info("sessions of {} work in the schema {} from now on", shared ? login : database,
              schema);
    return true;
}

void grant_schema_usage(pg::Connection& connection, Deadline deadline) {
    const pg::Params none(connection.types());
    for (const pg::Row row : connection.run(sql::schema_usage, none, deadline)) {
        const auto statement = row.get<std::string>(0);
        try {
            connection.script(statement, deadline);
        } catch (const pg::ServerError& error) {
            log::warn("as the schema's owner: {} ({})", statement, error.message());
        }
    }
}

Bypass row_security_bypass(pg::Database& db, Deadline deadline) {
    const pg::Result rows = db.untenanted(deadline, sql::bypasses_rows);
    return {rows[0].get<std::string>(0), rows[0].get<std::string>(1)};
}

}  // namespace stele::ops
