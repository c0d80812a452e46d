#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "operate/lint/checks.hpp"

namespace stele::lint {

namespace {

// Functions of PostgreSQL that are stable or immutable and that defaults are made with: ADD COLUMN
// evaluates them once. Any other call counts as volatile, which writes every row anew.
constexpr std::array<std::string_view, 23> kNotVolatile{"now",
                                                        "transaction_timestamp",
                                                        "statement_timestamp",
                                                        "current_setting",
                                                        "to_timestamp",
                                                        "make_interval",
                                                        "make_date",
                                                        "date_trunc",
                                                        "timezone",
                                                        "jsonb_build_object",
                                                        "jsonb_build_array",
                                                        "to_jsonb",
                                                        "coalesce",
                                                        "nullif",
                                                        "lower",
                                                        "upper",
                                                        "length",
                                                        "md5",
                                                        "decode",
                                                        "encode",
                                                        "sha256",
                                                        "cast",
                                                        "row"};

// The first function in a DEFAULT's expression that is, or may be, volatile. The expression ends
// where a column constraint begins.
std::optional<std::string> volatile_call(Cursor at) {
    bool type = false;  // behind :: or AS stands a type, which may have parentheses
    for (; !at.done(); at.skip()) {
        for (const char* end : {"not", "constraint", "check", "unique", "primary", "references"})
            if (at.at(end)) return std::nullopt;
        const Token& here = at.here();
        const bool word = here.kind == ops::TokenKind::word;
        if (word && !type && ops::is_symbol(at.ahead(1), "(") &&
            std::ranges::find(kNotVolatile, ops::name_of(here)) == kNotVolatile.end())
            return ops::name_of(here);
        if (ops::is_symbol(here, "::") || at.at("as"))
            type = true;
        else if (word)
            type = false;
    }
    return std::nullopt;
}

// What a new column's definition makes PostgreSQL compute row by row; "" when nothing.
std::string computed_by_row(Cursor at) {
    for (const char* serial :
         {"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})
        if (at.at(serial)) return "a sequence";
    for (; !at.done(); at.skip()) {
        if (at.take("generated")) {
            if (at.find("identity")) return "a sequence";
            return "a stored expression";
        }
        if (!at.take("default")) continue;
        const auto call = volatile_call(at);
        return call ? fmt::format("{}(), which may give each row another value", *call) : "";
    }
    return "";
}

}  // namespace

void check_new_column(Tokens definition, const Token& add, const std::string& column,
                      const std::string& known, Scope& scope) {
    const std::string by = computed_by_row(Cursor(definition));
    if (!by.empty())
        scope.found(Rule::table_rewrite, add,
                    fmt::format("adds {} to {} with {}", column, known, by));
}

void check_rewrite(Tokens action, const std::string& known, Scope& scope) {
    Cursor at(action);
    const Token& here = at.here();
    const auto rewrites = [&](std::string_view what) {
        scope.found(Rule::table_rewrite, here, fmt::format("{} {}", what, known));
    };
    if (at.at("set", "unlogged") || at.at("set", "logged"))
        return rewrites("writes to or out of the log");
    if (at.at("set", "tablespace")) return rewrites("moves");
    if (at.at("set", "access", "method")) return rewrites("changes the access method of");
    if (at.take("attach", "partition"))
        return scope.found(
            Rule::heavy_lock, here,
            fmt::format("attaches {} to {}: its rows are checked under a lock", at.name(), known));
    if (at.take("detach", "partition")) {
        const std::string part = at.name();
        if (!at.find("concurrently"))
            scope.found(Rule::heavy_lock, here, fmt::format("detaches {} from {}", part, known));
        return;
    }
    if (at.at("inherit") || at.at("no", "inherit"))
        return scope.found(Rule::heavy_lock, here, fmt::format("changes what {} inherits", known));
    if (!at.take("alter")) return;
    at.take("column");
    const std::string column = at.name();
    if (at.at("set", "expression"))
        rewrites(fmt::format("computes {} anew in every row of", column));
}

void check_lock(Tokens statement, Scope& scope) {
    Cursor at(statement);
    const Token& here = at.here();
    at.skip();
    at.take("table");
    for (const std::string& table : at.names())
        if (!scope.is_new(table))
            scope.found(Rule::heavy_lock, here, fmt::format("locks {}", scope.known(table)));
}

void check_vacuum(Tokens statement, Scope& scope) {
    Cursor at(statement);
    const Token& here = at.here();
    at.skip();
    bool full = at.take("full");
    if (at.at("("))
        for (Cursor options = at; !options.done() && !options.at(")"); options.skip())
            full = full || options.at("full");
    if (full) scope.found(Rule::table_rewrite, here, "VACUUM FULL writes whole tables anew");
}

void check_cluster(Tokens statement, Scope& scope) {
    Cursor at(statement);
    const Token& here = at.here();
    at.skip();
    at.skip_parentheses();
    at.take("verbose");
    const std::string table = at.name();
    if (table.empty() || !scope.is_new(table))
        scope.found(Rule::table_rewrite, here,
                    table.empty()
                        ? "CLUSTER writes whole tables anew"
                        : fmt::format("writes {} anew in another order", scope.known(table)));
}

void check_refresh(Tokens statement, Scope& scope) {
    Cursor at(statement);
    const Token& here = at.here();
    if (!at.take("refresh", "materialized", "view") || at.take("concurrently")) return;
    const std::string view = at.name();
    if (!scope.is_new(view))
        scope.found(Rule::heavy_lock, here,
                    fmt::format("fills {} anew, not CONCURRENTLY", scope.known(view)));
}

}  // namespace stele::lint
