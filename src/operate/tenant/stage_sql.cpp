#include "operate/tenant/stage_sql.hpp"

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

std::string staged(const Table& table, const ModelNumbers& models, const std::string& condition) {
    return fmt::format("(SELECT {} FROM pg_temp.stele_stage{}) s", staged_values(table, models),
                       condition.empty() ? "" : " WHERE " + condition);
}

// The table's row that has these columns like the staged row "s". A range of one value, in order,
// can only be answered by the index over just these columns (lookup_settings.sql): left to choose
// by the statistics of a table that was filled a moment ago, the server has been seen to compare
// every row with every other.
std::string match(const Table& table, const std::vector<std::string>& columns,
                  const std::string& condition) {
    const std::string& last = columns.back();
    std::string where = fmt::format("o.{0} >= s.{0} AND o.{0} <= s.{0}", last);
    for (std::size_t i = 0; i + 1 < columns.size(); ++i)
        where += fmt::format(" AND o.{0} = s.{0}", columns[i]);
    if (!condition.empty()) where += " AND " + condition;
    return fmt::format("LATERAL (SELECT {} FROM {} o WHERE {} ORDER BY o.{} LIMIT 1) t",
                       column_list(table), table.sql, where, last);
}

// "s" and "t" have the same columns in the same order.
std::string both_sides(const Table& table, const ModelNumbers& models,
                       const std::vector<std::string>& columns, const std::string& condition) {
    return fmt::format("{} CROSS JOIN {}", staged(table, models, condition),
                       match(table, columns, condition));
}

// The key without the tenant, for people; of a table with one row a tenant, the whole key.
std::string id_text(const Table& table, std::string_view side) {
    std::vector<std::string> columns;
    for (const Column& column : table.key)
        if (column.name != "org_id" && column.name != "project_id") columns.push_back(column.sql);
    if (columns.empty()) columns = key_of(table);
    return fmt::format("concat_ws('/', {})",
                       joined(columns, std::string(side) + ".{}::text", ", "));
}

std::string hash_text(std::string_view side) {
    return fmt::format("encode(sha256(convert_to({}::text, 'UTF8')), 'hex')", side);
}

// Equal to the last bit, whatever the types: not every type has an = that says so.
constexpr std::string_view kSameRow = "(s.* OPERATOR(pg_catalog.*=) t.*)";

std::string conflicts(const std::string& from, const std::string& where, const Table& table,
                      std::size_t limit) {
    return fmt::format("SELECT {}, {}, {}, {}, count(*) OVER () FROM {} WHERE {} LIMIT {}",
                       id_text(table, "s"), hash_text("s"), id_text(table, "t"), hash_text("t"),
                       from, where, limit);
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
    return fmt::format("SELECT count(*) FILTER (WHERE {}), count(*) FROM {}", kSameRow,
                       both_sides(table, models, key_of(table), ""));
}

std::string other_content(const Table& table, const ModelNumbers& models, std::size_t limit) {
    return conflicts(both_sides(table, models, key_of(table), ""), fmt::format("NOT {}", kSameRow),
                     table, limit);
}

std::string other_key(const Table& table, const UniqueIndex& index, const ModelNumbers& models,
                      std::size_t limit) {
    return conflicts(both_sides(table, models, index.columns, index.condition),
                     fmt::format("NOT ({})", joined(key_of(table), "t.{0} = s.{0}", " AND ")),
                     table, limit);
}

std::string not_there(const Table& table, const ModelNumbers& models, std::size_t limit) {
    return fmt::format(
        "SELECT {}, {}, '', '' FROM {} LEFT JOIN {} ON true WHERE t.{} IS NULL LIMIT {}",
        id_text(table, "s"), hash_text("s"), staged(table, models, ""),
        match(table, key_of(table), ""), table.key.front().sql, limit);
}

}  // namespace stele::tenant
