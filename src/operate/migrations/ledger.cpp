#include "operate/migrations/ledger.hpp"

#include <fmt/format.h>

#include "foundation/pg/error.hpp"
#include "operate/migrations/sql.hpp"

namespace stele::ops {

namespace {

std::string row_id(const LedgerRow& row) {
    return version_text(row.version) + "_" + row.name;
}

std::optional<Drift> newer(const LedgerRow& last, const Migrations& migrations) {
    if (last.version <= int(migrations.size())) return std::nullopt;
    return Drift{"newer",
                 fmt::format("the database is newer than this program: {} is applied, and the last "
                             "one known here is {}",
                             row_id(last), version_text(int(migrations.size()))),
                 "use the program that made it, or a newer one"};
}

std::optional<Drift> changed(const LedgerRow& row, const Migration& migration) {
    if (row.checksum == migration.checksum && row.name == migration.name) return std::nullopt;
    return Drift{"changed",
                 fmt::format("{} is not what was applied as {}: its checksum is {:.12}…, the "
                             "ledger's is {:.12}…",
                             migration.id(), row_id(row), migration.checksum, row.checksum),
                 "put the file back as it was, and write what should change as a new migration"};
}

}  // namespace

std::vector<LedgerRow> ledger_rows(const pg::Result& result) {
    std::vector<LedgerRow> rows;
    for (const auto row : result)
        rows.push_back({row.get<std::int32_t>(0), row.get<std::string>(1), row.get<std::string>(2),
                        row.get<Timestamp>(3)});
    return rows;
}

std::vector<LedgerRow> read_ledger(pg::Connection& connection, Deadline deadline) {
    const pg::Params none(connection.types());
    if (!connection.run(sql::ledger_exists, none, deadline)[0].get<bool>(0)) return {};
    try {
        return ledger_rows(connection.run(sql::ledger_rows, none, deadline));
    } catch (const pg::ServerError& error) {
        const bool other_columns = error.sqlstate() == "42703" || error.sqlstate() == "42883";
        if (!other_columns) throw;
        throw Error(Code::refused, "schema_migrations was made by another tool",
                    "give Stele a database of its own, or rename that table");
    }
}

void ensure_ledger(pg::Connection& connection, Deadline deadline) {
    const pg::Params none(connection.types());
    if (connection.run(sql::ledger_exists, none, deadline)[0].get<bool>(0)) return;
    connection.queue(sql::ledger_create, none);
    connection.queue(sql::ledger_grant, none);
    connection.flush(deadline);
}

void record(pg::Connection& connection, const Migration& migration,
            std::chrono::milliseconds duration, Deadline deadline) {
    connection.run(
        sql::ledger_insert,
        pg::Params(connection.types(), migration.version, migration.name, migration.checksum,
                   migration.contract ? "contract" : "expand", std::int64_t(duration.count())),
        deadline);
}

std::optional<Drift> find_drift(const std::vector<LedgerRow>& rows, const Migrations& migrations) {
    if (rows.empty()) return std::nullopt;
    if (auto drift = newer(rows.back(), migrations)) return drift;
    for (const LedgerRow& row : rows)
        if (auto drift = changed(row, migrations[std::size_t(row.version - 1)])) return drift;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].version != int(i) + 1)
            return Drift{"gap",
                         fmt::format("{} was never applied although {} was", migrations[i].id(),
                                     row_id(rows.back())),
                         "find out who edited schema_migrations; restore from a backup when "
                         "in doubt"};
    for (std::size_t i = 1; i < rows.size(); ++i)
        if (rows[i].applied_at < rows[i - 1].applied_at)
            return Drift{
                "out_of_order",
                fmt::format("{} was applied before {}", row_id(rows[i]), row_id(rows[i - 1])),
                "its effect may differ from what was tested; restore from a backup, or "
                "compare the schema with a fresh one"};
    return std::nullopt;
}

}  // namespace stele::ops
