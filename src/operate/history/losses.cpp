#include "operate/history/losses.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

#include "foundation/base/text.hpp"
#include "operate/archive/snapshot.hpp"
#include "operate/history/sql.hpp"
#include "operate/migrations/sql_script.hpp"

namespace stele::history {

namespace {

using pg::quote_name;

// What down files take away, as they say so in plain sight.
struct Taken {
    std::set<std::string> tables;
    std::set<std::pair<std::string, std::string>> columns;  // table, column
    std::vector<std::string> unread;  // statements that the parser does not know
};

void read_drops(const ops::Node& root, Taken& out) {
    const bool drops = root.is("DropStmt") && root.text("removeType") == "OBJECT_TABLE";
    if (drops || root.is("TruncateStmt"))
        for (std::string& table : ops::names_of(root.list(drops ? "objects" : "relations")))
            out.tables.insert(std::move(table));
    if (root.is("DeleteStmt")) out.tables.insert(root.at("relation").name());
    if (!root.is("AlterTableStmt")) return;
    for (const ops::Node& action : root.list("cmds"))
        if (action.text("subtype") == "AT_DropColumn")
            out.columns.emplace(root.at("relation").name(), action.text("name"));
}

void read_file(std::string_view text, Taken& out) {
    ops::for_each_statement(ops::Script(text), [&](const ops::Statement& statement) {
        read_drops(statement.root(), out);
        if (!statement.tree.problem.empty()) out.unread.push_back(excerpt(statement.text, 60));
    });
}

struct Table {
    bool hidden = false;  // this role does not see every row
    std::int64_t rows = 0;
    std::optional<Timestamp> newest;
};

// -1 stands for no time at all.
std::string measure_sql(const std::string& table, const std::vector<std::string>& times) {
    const std::string newest = times.empty()
                                   ? "NULL::timestamptz"
                                   : fmt::format("max(greatest({}, NULL))", fmt::join(times, ", "));
    return fmt::format(
        "SELECT count(*), coalesce((extract(epoch FROM {}) * 1000000)::bigint, -1) FROM {}", newest,
        quote_name(table));
}

std::int64_t number(const pg::Result& result, int column) {
    return std::stoll(std::string(result[0].raw(column)));
}

std::map<std::string, Table> measure(pg::Connection& oper, Deadline deadline) {
    std::map<std::string, Table> out;
    for (const pg::Row row : oper.run(sql::tables, pg::Params(oper.types()), deadline)) {
        const auto name = row.get<std::string>(0);
        Table& table = out[name];
        table.hidden = row.get<bool>(1);
        const pg::Result found =
            oper.script(measure_sql(name, row.get<std::vector<std::string>>(2)), deadline);
        table.rows = number(found, 0);
        if (const std::int64_t micros = number(found, 1); micros >= 0)
            table.newest = Timestamp{micros};
    }
    return out;
}

std::optional<std::int64_t> values_of(pg::Connection& oper, const std::string& table,
                                      const std::string& column, Deadline deadline) {
    const pg::Result known =
        oper.script(fmt::format("SELECT count(*) FROM pg_attribute WHERE attrelid = "
                                "to_regclass($name${}$name$) AND attname = $name${}$name$ AND NOT "
                                "attisdropped",
                                quote_name(table), column),
                    deadline);
    if (number(known, 0) == 0) return std::nullopt;
    return number(
        oper.script(fmt::format("SELECT count({}) FROM {}", quote_name(column), quote_name(table)),
                    deadline),
        0);
}

}  // namespace

bool Outlook::backup_suffices() const {
    if (!sees_every_row) return false;
    return !newest_row || (newest_backup && newest_backup->micros > newest_row->micros);
}

Outlook look_ahead(pg::Connection& oper, const ops::Migrations& migrations, int from, int to,
                   Deadline deadline) {
    Taken taken;
    for (int version = from; version > to; --version)
        read_file(migrations[std::size_t(version - 1)].down, taken);
    const std::map<std::string, Table> tables = measure(oper, deadline);
    Outlook out;
    for (const auto& [name, table] : tables) {
        if (name == "stele_backups" || name == "schema_migrations") continue;
        out.sees_every_row = out.sees_every_row && !table.hidden;
        if (table.newest && (!out.newest_row || table.newest->micros > out.newest_row->micros))
            out.newest_row = table.newest;
    }
    for (const std::string& name : taken.tables)
        if (const auto table = tables.find(name); table != tables.end())
            out.losses.push_back({"table " + name, table->second.hidden
                                                       ? std::nullopt
                                                       : std::optional(table->second.rows)});
    for (const auto& [name, column] : taken.columns) {
        const auto table = tables.find(name);
        if (table == tables.end() || taken.tables.contains(name)) continue;
        const auto values = values_of(oper, name, column, deadline);
        if (values)
            out.losses.push_back({fmt::format("column {}.{}", name, column),
                                  table->second.hidden ? std::nullopt : values});
    }
    for (const std::string& statement : taken.unread)
        out.losses.push_back({"what this could not be read to take: " + statement, std::nullopt});
    if (tables.contains("stele_backups"))
        out.newest_backup = oper.run(sql::newest_backup, pg::Params(oper.types()), deadline)[0]
                                .get<std::optional<Timestamp>>(0);
    return out;
}

}  // namespace stele::history
