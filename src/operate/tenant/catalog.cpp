#include "operate/tenant/catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "foundation/base/error.hpp"
#include "operate/tenant/sql.hpp"

namespace stele::tenant {

namespace {

constexpr std::string_view kModels = "embedding_models";

// "model embedding_models": a foreign key to a table that is no tenant's. Models are carried by
// name; nothing else is.
void mark_model_columns(Table& table, const std::vector<std::string>& shared) {
    for (const std::string& reference : shared) {
        const std::size_t space = reference.rfind(' ');
        const auto column =
            std::find_if(table.columns.begin(), table.columns.end(),
                         [&](const Column& c) { return c.name == reference.substr(0, space); });
        if (column == table.columns.end() || reference.substr(space + 1) != kModels)
            throw Error(Code::unsupported,
                        fmt::format("{}.{} refers to a table that belongs to no tenant", table.name,
                                    reference),
                        "a newer stele may know how to carry it");
        column->is_model = true;
    }
}

void read_columns(Session& session, Table& table) {
    std::vector<std::pair<int, Column>> key;
    for (const auto row : session.query(sql::columns, table.sql)) {
        Column column{row.get<std::string>(0), row.get<std::string>(1), row.get<std::string>(2),
                      row.get<std::string>(4)};
        if (const int place = row.get<std::int32_t>(3)) key.emplace_back(place, column);
        table.columns.push_back(std::move(column));
    }
    std::sort(key.begin(), key.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [place, column] : key) table.key.push_back(std::move(column));
    if (table.key.empty())
        throw Error(Code::unsupported, fmt::format("{} has no primary key", table.name),
                    "without one its rows have no order and cannot be told apart");
}

void require_readable(const std::string& table, bool bound, bool readable) {
    if (!bound)
        throw Error(Code::refused,
                    fmt::format("row-level security does not bind this login on {}", table),
                    "work as stele_runtime or as a member of it: the rows of other tenants would "
                    "come along");
    if (!readable)
        throw Error(Code::refused, fmt::format("this login may not read {}", table),
                    fmt::format("GRANT SELECT ON {} TO stele_runtime", table));
}

}  // namespace

bool Table::refers_to_itself() const {
    return std::find(refers_to.begin(), refers_to.end(), name) != refers_to.end();
}

TableRef Table::ref() const {
    TableRef out{name, {}, {}};
    for (const Column& column : columns)
        out.columns.push_back(
            {column.name, column.type,
             column.is_model ? std::optional<std::string>("models") : std::nullopt});
    for (const Column& column : key) out.key.push_back(column.name);
    return out;
}

std::vector<Table> in_insert_order(std::vector<Table> tables) {
    std::vector<Table> out;
    std::set<std::string> done;
    const auto ready = [&](const Table& table) {
        return std::all_of(
            table.refers_to.begin(), table.refers_to.end(),
            [&](const std::string& other) { return other == table.name || done.contains(other); });
    };
    while (!tables.empty()) {
        const auto next = std::find_if(tables.begin(), tables.end(), ready);
        if (next == tables.end())
            throw Error(Code::unsupported,
                        fmt::format("the foreign keys of {} and others refer to each other",
                                    tables.front().name),
                        "a newer stele may know in which order to move them");
        done.insert(next->name);
        out.push_back(std::move(*next));
        tables.erase(next);
    }
    return out;
}

std::vector<Table> tenant_tables(Session& session) {
    std::vector<Table> tables;
    for (const auto row : session.query(sql::tables)) {
        Table table;
        table.name = row.get<std::string>(0);
        table.sql = row.get<std::string>(1);
        require_readable(table.name, row.get<bool>(2), row.get<bool>(3));
        table.refers_to = row.get<std::vector<std::string>>(4);
        read_columns(session, table);
        mark_model_columns(table, row.get<std::vector<std::string>>(5));
        for (const auto index : session.query(sql::unique_indexes, table.sql))
            table.unique.push_back(
                {index.get<std::vector<std::string>>(0), index.get<std::string>(1)});
        tables.push_back(std::move(table));
    }
    if (tables.empty())
        throw Error(Code::refused, "this database has no tenant tables", "run `stele db migrate`");
    return in_insert_order(std::move(tables));
}

}  // namespace stele::tenant
