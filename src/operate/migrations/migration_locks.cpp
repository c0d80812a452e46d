#include "operate/migrations/migration_locks.hpp"

#include <algorithm>
#include <array>

#include "foundation/base/text.hpp"

namespace stele::ops {

namespace {

constexpr std::size_t kShownBytes = 70;

constexpr std::array<std::string_view, 8> kNames{
    "ACCESS SHARE", "ROW SHARE",           "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE",
    "SHARE",        "SHARE ROW EXCLUSIVE", "EXCLUSIVE",     "ACCESS EXCLUSIVE"};

std::string on_one_line(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, 4 * kShownBytes)) {
        const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (!space) out += c;
        if (space && out.back() != ' ') out += ' ';
    }
    return excerpt(out, kShownBytes);
}

// Actions of ALTER TABLE that take less than ACCESS EXCLUSIVE. Storage parameters are for the
// planner and autovacuum.
constexpr std::string_view kShareUpdateExclusive[] = {
    "AT_ValidateConstraint", "AT_AttachPartition", "AT_SetRelOptions",
    "AT_ResetRelOptions",    "AT_SetStatistics",   "AT_SetOptions",
    "AT_ResetOptions",       "AT_ClusterOn",       "AT_DropCluster"};
constexpr std::string_view kShareRowExclusive[] = {
    "AT_EnableTrig",     "AT_EnableTrigAll",   "AT_EnableTrigUser",   "AT_DisableTrig",
    "AT_DisableTrigAll", "AT_DisableTrigUser", "AT_EnableAlwaysTrig", "AT_EnableReplicaTrig"};

// Of the table that ALTER TABLE names.
LockMode mode_of_action(const Node& action) {
    const std::string_view type = action.text("subtype");
    const bool detaches = type == "AT_DetachPartition" && action.at("def").flag("concurrent");
    if (detaches ||
        std::ranges::find(kShareUpdateExclusive, type) != std::end(kShareUpdateExclusive))
        return LockMode::share_update_exclusive;
    const bool foreign =
        type == "AT_AddConstraint" && action.at("def").text("contype") == "CONSTR_FOREIGN";
    if (foreign || std::ranges::find(kShareRowExclusive, type) != std::end(kShareRowExclusive))
        return LockMode::share_row_exclusive;
    return LockMode::access_exclusive;
}

bool has_option(const Node& statement, std::string_view field, std::string_view option) {
    return std::ranges::any_of(statement.list(field),
                               [&](const Node& one) { return one.text("defname") == option; });
}

// Policies, triggers and rules are named as [schema, table, name].
bool is_of_table(std::string_view type) {
    return type == "OBJECT_POLICY" || type == "OBJECT_TRIGGER" || type == "OBJECT_RULE";
}

bool is_relation(std::string_view type) {
    return type == "OBJECT_TABLE" || type == "OBJECT_VIEW" || type == "OBJECT_MATVIEW" ||
           type == "OBJECT_FOREIGN_TABLE" || type == "OBJECT_SEQUENCE";
}

}  // namespace

std::string_view name_of(LockMode mode) {
    return kNames[std::size_t(mode)];
}

std::vector<StatementLocks> LockReader::read(std::string_view text) {
    std::vector<StatementLocks> out;
    new_.clear();
    const Script script(text);
    for (const Statement& statement : script.statements()) {
        out.push_back({int(statement.tokens.front().line),
                       on_one_line(statement.text),
                       {},
                       statement.opaque,
                       statement.tree.problem});
        read_statement(statement.root(), out.back());
        for (const Statement& inner : statement.inner) read_statement(inner.root(), out.back());
    }
    earlier_.insert(new_.begin(), new_.end());
    return out;
}

void LockReader::lock(const std::string& table, LockMode mode, StatementLocks& out) const {
    if (table.empty() || new_.contains(table)) return;
    LockMode& strongest = out.locks.try_emplace(table, mode).first->second;
    strongest = std::max(strongest, mode);
}

// A lock that a statement takes on the relations of one field.
struct Taken {
    std::string_view kind, field;
    LockMode mode;
};
constexpr Taken kTaken[] = {
    {"TruncateStmt", "relations", LockMode::access_exclusive},
    {"CreateTrigStmt", "relation", LockMode::share_row_exclusive},
    {"CreatePolicyStmt", "table", LockMode::access_exclusive},
    {"AlterPolicyStmt", "table", LockMode::access_exclusive},
    {"RuleStmt", "relation", LockMode::access_exclusive},
    {"CreateStatsStmt", "relations", LockMode::share_update_exclusive},
    {"AlterSeqStmt", "sequence", LockMode::share_row_exclusive},
    {"ClusterStmt", "relation", LockMode::access_exclusive},
};

void LockReader::read_statement(const Node& root, StatementLocks& out) {
    for (const Taken& taken : kTaken) {
        if (!root.is(taken.kind)) continue;
        lock(root.at(taken.field).name(), taken.mode, out);
        for (const Node& relation : root.list(taken.field)) lock(relation.name(), taken.mode, out);
    }
    if (root.is("LockStmt"))  // its mode is the server's number: 1 for the weakest
        for (const Node& table : root.list("relations"))
            lock(table.name(), LockMode(std::clamp<std::int64_t>(root.number("mode"), 1, 8) - 1),
                 out);
    if (root.is("CommentStmt")) {
        const std::string_view type = root.text("objtype");
        const bool column = type == "OBJECT_COLUMN";
        if (column || type == "OBJECT_TABLE" || type == "OBJECT_MATVIEW")
            lock(root.at("object").name("items", column), LockMode::share_update_exclusive, out);
    }
    if (root.is("DropStmt")) return read_drop(root, out);
    if (read_creation(root, out)) return;
    read_alter(root, out);
    read_maintenance(root, out);
    for (const char* kind : {"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "SelectStmt"})
        if (root.is(kind)) read_rows(root, out);
}

bool LockReader::read_creation(const Node& root, StatementLocks& out) {
    if (root.is("CreateStmt")) {
        read_create_table(root, out);
    } else if (root.is("IndexStmt")) {
        const std::string table = root.at("relation").name();
        index_tables_[std::string(root.text("idxname"))] = table;
        lock(table, root.flag("concurrent") ? LockMode::share_update_exclusive : LockMode::share,
             out);
    } else if (root.is("ViewStmt") || root.is("CreateTableAsStmt")) {
        read_rows(root.at("query"), out);
        const std::string name =
            (root.is("ViewStmt") ? root.at("view") : root.at("into").at("rel")).name();
        if (!root.flag("if_not_exists") || !earlier_.contains(name)) new_.insert(name);
    } else {
        return false;
    }
    return true;
}

void LockReader::read_create_table(const Node& create, StatementLocks& out) {
    const std::string table = create.at("relation").name();
    if (create.flag("if_not_exists") && earlier_.contains(table)) return;
    new_.insert(table);
    const LockMode of_parent =
        create.has("partbound") ? LockMode::access_exclusive : LockMode::share_update_exclusive;
    for (const Node& parent : create.list("inhRelations")) lock(parent.name(), of_parent, out);
    read_references(table, create, out);
}

// Foreign keys, of columns and of the table.
void LockReader::read_references(const std::string& table, const Node& statement,
                                 StatementLocks& out) {
    statement.walk([&](const Node& at) {
        if (!at.has("pktable")) return true;
        const std::string other = at.at("pktable").name();
        references_.emplace(table, other);
        lock(other, LockMode::share_row_exclusive, out);
        return true;
    });
}

void LockReader::read_drop(const Node& drop, StatementLocks& out) {
    const std::string_view type = drop.text("removeType");
    for (const Node& object : drop.list("objects")) {
        const std::string name = object.name();
        if (type == "OBJECT_INDEX") {
            const auto table = index_tables_.find(name);
            lock(table == index_tables_.end() ? "the table of " + name : table->second,
                 drop.flag("concurrent") ? LockMode::share_update_exclusive
                                         : LockMode::access_exclusive,
                 out);
        }
        if (is_of_table(type)) lock(object.name("items", 1), LockMode::access_exclusive, out);
        if (is_relation(type)) lock(name, LockMode::access_exclusive, out);
        // Its foreign keys' triggers on the other table go with it.
        const auto [first, last] = references_.equal_range(name);
        for (auto other = first; type == "OBJECT_TABLE" && other != last; ++other)
            lock(other->second, LockMode::access_exclusive, out);
    }
}

void LockReader::read_alter(const Node& alter, StatementLocks& out) {
    if (alter.is("AlterTableStmt")) return read_alter_table(alter, out);
    if (alter.is("RenameStmt")) return read_rename(alter, out);
    if (!alter.is("AlterObjectSchemaStmt")) return;
    const bool sequence = alter.text("objectType") == "OBJECT_SEQUENCE";
    lock(alter.at("relation").name(),
         sequence ? LockMode::share_row_exclusive : LockMode::access_exclusive, out);
}

void LockReader::read_alter_table(const Node& alter, StatementLocks& out) {
    const std::string table = alter.at("relation").name();
    const std::string_view type = alter.text("objtype");
    const bool of_table = type == "OBJECT_TABLE" || type == "OBJECT_FOREIGN_TABLE";
    if (type == "OBJECT_SEQUENCE") return lock(table, LockMode::share_row_exclusive, out);
    if (type == "OBJECT_TYPE") return;
    for (const Node& action : alter.list("cmds")) {
        lock(table, of_table ? mode_of_action(action) : LockMode::access_exclusive, out);
        const std::string_view does = action.text("subtype");
        if (does == "AT_AttachPartition" || does == "AT_DetachPartition")
            lock(action.at("def").at("name").name(), LockMode::access_exclusive, out);
    }
    read_references(table, alter, out);
}

void LockReader::read_rename(const Node& rename, StatementLocks& out) {
    const std::string_view type = rename.text("renameType");
    const std::string name = rename.at("relation").name();
    if (type == "OBJECT_TABLE" && new_.erase(name) != 0) {
        new_.emplace(rename.text("newname"));
        return;
    }
    LockMode mode = LockMode::access_exclusive;
    if (type == "OBJECT_INDEX") mode = LockMode::share_update_exclusive;
    if (type == "OBJECT_SEQUENCE") mode = LockMode::share_row_exclusive;
    if (type != "OBJECT_ATTRIBUTE") lock(name, mode, out);
}

// REINDEX, VACUUM, ANALYZE, REFRESH
void LockReader::read_maintenance(const Node& root, StatementLocks& out) {
    if (root.is("VacuumStmt")) {
        const bool full = root.flag("is_vacuumcmd") && has_option(root, "options", "full");
        for (const Node& one : root.list("rels"))
            lock(one.at("relation").name(),
                 full ? LockMode::access_exclusive : LockMode::share_update_exclusive, out);
    }
    const std::string name = root.at("relation").name();
    if (root.is("ReindexStmt")) {
        const auto table = index_tables_.find(name);
        const bool known =
            root.text("kind") == "REINDEX_OBJECT_INDEX" && table != index_tables_.end();
        lock(known ? table->second : name,
             has_option(root, "params", "concurrently") ? LockMode::share_update_exclusive
                                                        : LockMode::share,
             out);
    }
    if (root.is("RefreshMatViewStmt"))
        lock(name, root.flag("concurrent") ? LockMode::exclusive : LockMode::access_exclusive, out);
}

// Wherever they stand in the statement: in WITH, in sub-selects, behind CREATE … AS. Only tables
// that are known are named: any other may be a name that WITH gives.
void LockReader::read_rows(const Node& statement, StatementLocks& out) {
    statement.walk([&](const Node& at) {
        const bool changes =
            at.is("InsertStmt") || at.is("UpdateStmt") || at.is("DeleteStmt") || at.is("MergeStmt");
        const std::string table = changes             ? at.at("relation").name()
                                  : at.is("RangeVar") ? at.name()
                                                      : std::string();
        if (earlier_.contains(table))
            lock(table, changes ? LockMode::row_exclusive : LockMode::access_share, out);
        return true;
    });
}

}  // namespace stele::ops
