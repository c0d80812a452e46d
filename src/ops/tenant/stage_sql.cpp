#include "ops/tenant/stage_sql.hpp"

#include <fmt/format.h>

namespace stele::tenant {

namespace {

std::string column_list(const Table& table) {
    std::string out;
    for (const Column& column : table.columns) out += (out.empty() ? "" : ", ") + column.sql;
    return out;
}

// The stage's columns as they would stand in the table: places have become ids.
std::string staged_values(const Table& table, const ModelNumbers& models) {
    std::string out;
    for (const Column& column : table.columns) {
        out += out.empty() ? "" : ", ";
        out += column.is_model ? models.id_of(column.sql) + " AS " + column.sql : column.sql;
    }
    return out;
}

std::string joined(const std::vector<std::string>& columns, std::string_view one,
                   std::string_view between) {
    std::string out;
    for (const std::string& column : columns) {
        out += out.empty() ? "" : between;
        out += fmt::format(fmt::runtime(one), column);
    }
    return out;
}

std::vector<std::string> key_of(const Table& table) {
    std::vector<std::string> out;
    for (const Column& column : table.key) out.push_back(column.sql);
    return out;
}

// "s" and "t" with the same columns in the same order: the rows of the stage and of the table.
std::string both_sides(const Table& table, const ModelNumbers& models,
                       const std::string& condition) {
    const std::string where = condition.empty() ? "" : " WHERE " + condition;
    return fmt::format("(SELECT {} FROM pg_temp.stele_stage{}) s JOIN (SELECT {} FROM {}{}) t",
                       staged_values(table, models), where, column_list(table), table.sql, where);
}

// The key without the org, for people.
std::string id_text(const Table& table, std::string_view side) {
    std::vector<std::string> columns;
    for (const Column& column : table.key)
        if (column.name != "org_id" || table.key.size() == 1) columns.push_back(column.sql);
    return fmt::format("concat_ws('/', {})",
                       joined(columns, std::string(side) + ".{}::text", ", "));
}

std::string hash_text(std::string_view side) {
    return fmt::format("encode(sha256(convert_to({}::text, 'UTF8')), 'hex')", side);
}

constexpr std::string_view kSameKey = "t.{0} = s.{0}";
// Equal to the last bit, whatever the types: not every type has an = that says so.
constexpr std::string_view kSameRow = "(s.* OPERATOR(pg_catalog.*=) t.*)";

std::string conflicts(const std::string& from, const std::string& where, const Table& table,
                      std::size_t limit) {
    return fmt::format(
        "SELECT {}, {}, {}, {}, count(*) OVER () FROM {} WHERE {} ORDER BY 1 LIMIT {}",
        id_text(table, "s"), hash_text("s"), id_text(table, "t"), hash_text("t"), from, where,
        limit);
}

}  // namespace

std::string create_stage(const Table& table) {
    return fmt::format(
        "CREATE TEMPORARY TABLE stele_stage ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA",
        column_list(table), table.sql);
}

std::string fill_stage(const Table& table) {
    return fmt::format("COPY pg_temp.stele_stage ({}) FROM STDIN", column_list(table));
}

std::string insert_staged(const Table& table, const ModelNumbers& models) {
    return fmt::format(
        "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM pg_temp.stele_stage ON "
        "CONFLICT DO NOTHING",
        table.sql, column_list(table), staged_values(table, models));
}

std::string count_present(const Table& table, const ModelNumbers& models) {
    return fmt::format("SELECT count(*) FILTER (WHERE {}), count(*) FROM {} ON {}", kSameRow,
                       both_sides(table, models, ""), joined(key_of(table), kSameKey, " AND "));
}

std::string other_content(const Table& table, const ModelNumbers& models, std::size_t limit) {
    return conflicts(
        both_sides(table, models, "") + " ON " + joined(key_of(table), kSameKey, " AND "),
        fmt::format("NOT {}", kSameRow), table, limit);
}

std::string other_key(const Table& table, const UniqueIndex& index, const ModelNumbers& models,
                      std::size_t limit) {
    return conflicts(both_sides(table, models, index.condition) + " ON " +
                         joined(index.columns, kSameKey, " AND "),
                     fmt::format("NOT ({})", joined(key_of(table), kSameKey, " AND ")), table,
                     limit);
}

std::string not_there(const Table& table, const ModelNumbers& models, std::size_t limit) {
    std::string seen;
    for (const UniqueIndex& index : table.unique)
        seen += fmt::format(" AND NOT EXISTS (SELECT FROM {} ON {} WHERE {})",
                            both_sides(table, models, index.condition),
                            joined(index.columns, kSameKey, " AND "),
                            joined(key_of(table), "s.{0} = o.{0}", " AND "));
    return fmt::format(
        "SELECT {}, {}, '', '', count(*) OVER () FROM (SELECT {} FROM pg_temp.stele_stage) o "
        "WHERE NOT EXISTS (SELECT FROM {} t WHERE {}){} ORDER BY 1 LIMIT {}",
        id_text(table, "o"), hash_text("o"), staged_values(table, models), table.sql,
        joined(key_of(table), "t.{0} = o.{0}", " AND "), seen, limit);
}

}  // namespace stele::tenant
