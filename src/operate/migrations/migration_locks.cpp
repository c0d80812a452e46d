#include "operate/migrations/migration_locks.hpp"

#include <algorithm>
#include <array>

#include "foundation/base/text.hpp"
#include "operate/migrations/sql_blocks.hpp"

namespace stele::ops {

namespace {

constexpr std::size_t kShownBytes = 70;

constexpr std::array<std::string_view, 8> kNames{
    "ACCESS SHARE", "ROW SHARE",           "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE",
    "SHARE",        "SHARE ROW EXCLUSIVE", "EXCLUSIVE",     "ACCESS EXCLUSIVE"};

// The text from a statement's first token to its last, on one line.
std::string text_of(Tokens statement) {
    const char* at = statement.front().text.data();
    const char* const end = statement.back().text.data() + statement.back().text.size();
    std::string out;
    for (; at < end && out.size() <= kShownBytes; ++at) {
        const bool space = *at == ' ' || *at == '\n' || *at == '\t' || *at == '\r';
        if (!space) out += *at;
        if (space && out.back() != ' ') out += ' ';
    }
    return excerpt(out, kShownBytes);
}

// Storage parameters, except those of views: they are for the planner and autovacuum.
bool sets_parameters(const Cursor& at) {
    return at.at("set", "(") || at.at("reset", "(") || at.at("set", "without", "cluster") ||
           at.at("cluster", "on");
}

bool alters_statistics(Cursor at) {
    if (!at.take("alter")) return false;
    at.take("column");
    at.name();
    return at.at("set", "statistics") || at.at("set", "(") || at.at("reset", "(");
}

// Of the table that ALTER TABLE names.
LockMode mode_of_action(Cursor at) {
    if (at.at("validate", "constraint") || at.at("attach", "partition") || sets_parameters(at) ||
        alters_statistics(at))
        return LockMode::share_update_exclusive;
    if (at.at("enable", "trigger") || at.at("disable", "trigger") || at.at("enable", "replica") ||
        at.at("enable", "always", "trigger"))
        return LockMode::share_row_exclusive;
    Cursor detach = at;
    if (detach.take("detach", "partition") && detach.find("concurrently"))
        return LockMode::share_update_exclusive;
    if (!at.take("add")) return LockMode::access_exclusive;
    if (at.take("constraint")) at.name();
    return at.at("foreign", "key") ? LockMode::share_row_exclusive : LockMode::access_exclusive;
}

// LOCK … IN <mode> MODE
LockMode mode_of_lock(Cursor at) {
    if (!at.find("in")) return LockMode::access_exclusive;
    at.skip();
    std::string wanted;
    for (; !at.done() && !at.at("mode"); at.skip())
        wanted += (wanted.empty() ? "" : " ") + name_of(at.here());
    std::ranges::transform(wanted, wanted.begin(), [](unsigned char c) { return std::toupper(c); });
    const auto found = std::ranges::find(kNames, wanted);
    return found == kNames.end() ? LockMode::access_exclusive
                                 : LockMode(std::distance(kNames.begin(), found));
}

}  // namespace

std::string_view name_of(LockMode mode) {
    return kNames[std::size_t(mode)];
}

std::vector<StatementLocks> LockReader::read(std::string_view script) {
    std::vector<StatementLocks> out;
    new_.clear();
    Tokenizer tokens(script);
    StatementEnds ends;
    std::vector<Token> statement;
    const auto finish = [&] {
        if (statement.empty()) return;
        out.push_back({int(statement.front().line), text_of(statement), {}, false});
        read_statement(statement, out.back());
        statement.clear();
    };
    for (Token token; tokens.next(token);) {
        if (token.kind == TokenKind::comment) continue;
        if (ends.ends_with(token))
            finish();
        else
            statement.push_back(token);
    }
    finish();
    earlier_.insert(new_.begin(), new_.end());
    return out;
}

void LockReader::lock(const std::string& table, LockMode mode, StatementLocks& out) const {
    if (table.empty() || new_.contains(table)) return;
    LockMode& strongest = out.locks.try_emplace(table, mode).first->second;
    strongest = std::max(strongest, mode);
}

void LockReader::read_statement(Tokens statement, StatementLocks& out) {
    Cursor at(statement);
    if (at.at("do")) return read_block(statement, out);
    if (at.take("create")) return read_create(at, out);
    if (at.take("drop")) return read_drop(at, out);
    if (at.take("alter")) return read_alter(at, out);
    if (at.take("truncate")) {
        at.take("table");
        for (const std::string& table : at.names()) lock(table, LockMode::access_exclusive, out);
        return;
    }
    if (at.take("comment", "on")) {
        const bool of_table = at.take("table") || at.take("materialized", "view");
        if (of_table) lock(at.name(), LockMode::share_update_exclusive, out);
        if (!at.take("column")) return;
        const std::string column = at.name();
        return lock(column.substr(0, column.rfind('.')), LockMode::share_update_exclusive, out);
    }
    if (at.take("lock")) {
        at.take("table");
        const LockMode mode = mode_of_lock(at);
        for (const std::string& table : at.names()) lock(table, mode, out);
        return;
    }
    read_maintenance(at, out);
    for (const char* word : {"insert", "update", "delete", "merge", "with", "select", "perform"})
        if (at.at(word)) return read_rows(statement, out);
}

void LockReader::read_block(Tokens statement, StatementLocks& out) {
    const std::vector<Token> body = tokens_of_block(statement);
    if (body.empty()) out.dynamic = true;
    for (const Tokens piece : pieces_of_block(body)) {
        const Token& first = piece.front();
        if (is_word(first, "execute")) out.dynamic = true;
        if (!is_word(first, "end")) read_statement(piece, out);
    }
}

void LockReader::read_create(Cursor at, StatementLocks& out) {
    at.take("or", "replace");
    if (at.take("index") || at.take("unique", "index")) return read_create_index(at, out);
    if (at.at("materialized", "view") || at.at("view")) {
        read_rows(at.rest(), out);
        if (!at.take("materialized", "view")) at.take("view");
        at.take_if_not_exists();
        new_.insert(at.name());
        return;
    }
    for (const char* word : {"global", "local", "temporary", "temp", "unlogged"}) at.take(word);
    if (at.take("table")) return read_create_table(at, out);
    const bool rule = at.at("rule"), policy = at.at("policy"), statistics = at.at("statistics");
    if (at.at("trigger") || at.at("constraint", "trigger")) {
        if (at.find("on")) at.skip();
        return lock(at.name(), LockMode::share_row_exclusive, out);
    }
    if (policy && at.find("on")) {
        at.skip();
        return lock(at.name(), LockMode::access_exclusive, out);
    }
    if (rule && at.find("to")) {
        at.skip();
        return lock(at.name(), LockMode::access_exclusive, out);
    }
    if (statistics && at.find("from")) {
        at.skip();
        lock(at.name(), LockMode::share_update_exclusive, out);
    }
}

void LockReader::read_create_table(Cursor at, StatementLocks& out) {
    const bool perhaps = at.take_if_not_exists();
    const std::string table = at.name();
    if (perhaps && earlier_.contains(table)) return;
    new_.insert(table);
    if (at.take("partition", "of")) lock(at.name(), LockMode::access_exclusive, out);
    Cursor inherits = at;
    if (inherits.find("inherits")) {
        inherits.skip();
        inherits.skip();
        for (const auto& parent : inherits.names())
            lock(parent, LockMode::share_update_exclusive, out);
    }
    for (Cursor part = at; !part.done(); part.skip()) {
        if (!part.take("references")) continue;
        const std::string other = part.name();
        references_.emplace(table, other);
        lock(other, LockMode::share_row_exclusive, out);
    }
    read_rows(at.rest(), out);  // AS SELECT
}

void LockReader::read_create_index(Cursor at, StatementLocks& out) {
    const LockMode mode =
        at.take("concurrently") ? LockMode::share_update_exclusive : LockMode::share;
    at.take_if_not_exists();
    const std::string index = at.at("on") ? "" : at.name();
    if (!at.take("on")) return;
    at.take("only");
    const std::string table = at.name();
    index_tables_[index] = table;
    lock(table, mode, out);
}

void LockReader::read_drop(Cursor at, StatementLocks& out) {
    if (at.take("index")) return read_drop_index(at, out);
    const bool table = at.take("table");
    const bool relation = table || at.take("view") || at.take("materialized", "view") ||
                          at.take("foreign", "table") || at.take("sequence");
    const bool on_table = at.take("policy") || at.take("trigger") || at.take("rule");
    at.take_if_exists();
    const std::vector<std::string> names = at.names();
    if (on_table && at.take("on")) return lock(at.name(), LockMode::access_exclusive, out);
    if (!relation) return;
    for (const std::string& name : names) {
        lock(name, LockMode::access_exclusive, out);
        // Its foreign keys' triggers on the other table go with it.
        const auto [first, last] = references_.equal_range(name);
        for (auto other = first; table && other != last; ++other)
            lock(other->second, LockMode::access_exclusive, out);
    }
}

void LockReader::read_drop_index(Cursor at, StatementLocks& out) {
    const LockMode mode =
        at.take("concurrently") ? LockMode::share_update_exclusive : LockMode::access_exclusive;
    at.take_if_exists();
    for (const std::string& index : at.names()) {
        const auto table = index_tables_.find(index);
        lock(table == index_tables_.end() ? "the table of " + index : table->second, mode, out);
    }
}

void LockReader::read_alter(Cursor at, StatementLocks& out) {
    if (at.take("table") || at.take("foreign", "table")) return read_alter_table(at, out);
    if (at.take("policy") || at.take("trigger") || at.take("rule")) {
        if (at.find("on")) at.skip();
        return lock(at.name(), LockMode::access_exclusive, out);
    }
    if (at.take("index")) {
        at.take_if_exists();
        const std::string index = at.name();
        return lock(index,
                    at.at("rename") ? LockMode::share_update_exclusive : LockMode::access_exclusive,
                    out);
    }
    if (at.take("sequence")) {
        at.take_if_exists();
        return lock(at.name(), LockMode::share_row_exclusive, out);
    }
    if (!at.take("view") && !at.take("materialized", "view")) return;
    at.take_if_exists();
    lock(at.name(), LockMode::access_exclusive, out);
}

void LockReader::read_alter_table(Cursor at, StatementLocks& out) {
    at.take_if_exists();
    at.take("only");
    const std::string table = at.name();
    at.take("*");
    if (at.at("rename", "to") && new_.erase(table) != 0) {
        at.take("rename", "to");
        new_.insert(at.name());
        return;
    }
    while (!at.done()) {
        const Tokens action = at.part();
        Cursor part(action);
        lock(table, mode_of_action(part), out);
        if (part.take("attach", "partition") || part.take("detach", "partition"))
            lock(part.name(), LockMode::access_exclusive, out);
        for (Cursor words(action); !words.done(); words.skip()) {
            if (!words.take("references")) continue;
            const std::string other = words.name();
            references_.emplace(table, other);
            lock(other, LockMode::share_row_exclusive, out);
        }
    }
}

// REINDEX, VACUUM, ANALYZE, CLUSTER, REFRESH
void LockReader::read_maintenance(Cursor at, StatementLocks& out) {
    const bool reindex = at.take("reindex"), vacuum = at.take("vacuum"),
               cluster = at.take("cluster"), refresh = at.take("refresh", "materialized", "view");
    if (!reindex && !vacuum && !cluster && !refresh && !at.take("analyze")) return;
    Cursor options = at;
    const bool concurrently = options.find("concurrently");
    Cursor words = at;
    const bool full = words.take("full") || (words.take("(") && words.take("full"));
    at.skip_parentheses();
    for (const char* word : {"full", "freeze", "verbose", "analyze"}) at.take(word);
    const bool of_index = reindex && at.take("index");
    at.take("table");
    at.take("concurrently");
    const std::string name = at.name();
    const auto table = index_tables_.find(name);
    LockMode mode = LockMode::share_update_exclusive;
    if (reindex && !concurrently) mode = LockMode::share;
    if (cluster || (vacuum && full)) mode = LockMode::access_exclusive;
    if (refresh) mode = concurrently ? LockMode::exclusive : LockMode::access_exclusive;
    lock(of_index && table != index_tables_.end() ? table->second : name, mode, out);
}

// Wherever they stand in the statement: in WITH, in sub-selects, behind CREATE … AS.
void LockReader::read_rows(Tokens statement, StatementLocks& out) {
    const auto known = [&](const std::string& table) { return earlier_.contains(table); };
    for (Cursor at(statement); !at.done(); at.skip()) {
        LockMode mode = LockMode::access_share;
        Cursor next = at;
        if (next.take("insert", "into") || next.take("delete", "from") ||
            next.take("merge", "into") || next.take("update"))
            mode = LockMode::row_exclusive;
        else if (!next.take("from") && !next.take("join") && !next.take("using"))
            continue;
        next.take("only");
        for (const std::string& table : next.names())
            if (known(table)) lock(table, mode, out);
    }
}

}  // namespace stele::ops
