#include <fmt/format.h>

#include "operate/lint/checks.hpp"

namespace stele::lint {

namespace {

void check_index(const Token& create, Cursor at, Scope& scope) {
    if (at.take("concurrently")) {
        if (scope.in_transaction())
            scope.found(Rule::concurrently_in_transaction, create,
                        "CREATE INDEX CONCURRENTLY in a file that runs in a transaction");
        return;
    }
    at.take_if_not_exists();
    const std::string index = at.at("on") ? "an index" : at.name();
    if (!at.take("on")) return;
    at.take("only");
    const std::string table = at.name();
    if (scope.is_new(table)) return;
    scope.found(Rule::create_index, create,
                fmt::format("builds {} on {}, not CONCURRENTLY", index, scope.known(table)));
}

// CREATE RULE r AS ON DELETE TO t …
void check_rule(const Token& create, Cursor at, Scope& scope) {
    const std::string rule = at.name();
    if (!at.find("to")) return;
    at.skip();
    const std::string table = at.name();
    if (!scope.is_new(table))
        scope.found(Rule::create_rule, create,
                    fmt::format("makes the rule {} on {}", rule, scope.known(table)));
}

}  // namespace

void check_create(Tokens statement, Scope& scope) {
    Cursor at(statement);
    const Token& create = at.here();
    at.skip();
    const bool replaces = at.take("or", "replace");
    if (at.take("index") || at.take("unique", "index")) return check_index(create, at, scope);
    if (at.take("rule")) return check_rule(create, at, scope);
    for (const char* word : {"global", "local"}) at.take(word);
    for (const char* word : {"temporary", "temp", "unlogged", "recursive"}) at.take(word);
    const bool relation = at.take("table") || at.take("view") || at.take("foreign", "table") ||
                          at.take("materialized", "view");
    if (!relation) return;
    const bool perhaps = at.take_if_not_exists() || replaces;
    scope.made(at.name(), perhaps);
}

void check_reindex(Tokens statement, Scope& scope) {
    Cursor at(statement);
    const Token& reindex = at.here();
    Cursor words = at;
    if (words.find("concurrently")) {
        if (scope.in_transaction())
            scope.found(Rule::concurrently_in_transaction, reindex,
                        "REINDEX CONCURRENTLY in a file that runs in a transaction");
        return;
    }
    at.skip();
    at.skip_parentheses();
    const bool table = at.take("table");
    if (!table) at.skip();  // INDEX, SCHEMA, DATABASE, SYSTEM
    const std::string name = at.name();
    if (!table || !scope.is_new(name))
        scope.found(Rule::heavy_lock, reindex,
                    fmt::format("builds {} anew, not CONCURRENTLY",
                                table ? "the indexes of " + scope.known(name) : name));
}

}  // namespace stele::lint
