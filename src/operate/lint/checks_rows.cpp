#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "operate/lint/checks.hpp"

namespace stele::lint {

namespace {

// The roles that running binaries work as.
constexpr std::string_view kRuntimeRoles[] = {"stele_runtime", "stele_readonly"};

bool is_literal(const Token& token) {
    return token.kind == ops::TokenKind::number || token.kind == ops::TokenKind::string;
}

// TRUE, 1 = 1, 'a' = 'a': a condition that holds for every row, or would for none.
bool take_constant(Cursor& at) {
    if (at.take("true")) return true;
    if (!is_literal(at.here()) || !ops::is_symbol(at.ahead(1), "=") || !is_literal(at.ahead(2)))
        return false;
    for (int i = 0; i < 3; ++i) at.skip();
    return true;
}

// A WHERE that holds for every row is none.
bool is_bounded(Cursor at) {
    if (!at.find("where")) return false;
    at.skip();
    return !take_constant(at) || !(at.done() || at.at("returning"));
}

bool revokes_from_runtime(Cursor at) {
    at.take("group");
    for (const std::string& role : at.names())
        if (std::ranges::find(kRuntimeRoles, role) != std::end(kRuntimeRoles)) return true;
    return false;
}

// REVOKE … ON [TABLE] a, b, both new: nobody has used the privilege.
bool is_on_new_tables(Cursor at, const Scope& scope) {
    if (!at.find("on")) return false;
    at.skip();
    at.take("table");
    const auto names = at.names();
    return std::ranges::all_of(names, [&](const auto& name) { return scope.is_new(name); });
}

// The statement at the start of these tokens, if it changes rows.
void check_change(Tokens tokens, Scope& scope) {
    const Cursor at(tokens);
    if (at.at("delete")) check_delete(tokens, scope);
    if (at.at("update")) check_update(tokens, scope);
    if (at.at("merge")) check_merge(tokens, scope);
}

}  // namespace

void check_truncate(Tokens statement, Scope& scope) {
    Cursor at(statement);
    const Token& truncate = at.here();
    at.skip();
    at.take("table");
    std::vector<std::string> names = at.names();
    std::erase_if(names, [&](const std::string& name) { return scope.is_new(name); });
    if (names.empty()) return;
    for (std::string& name : names) name = scope.known(name);
    scope.found(Rule::truncate, truncate, fmt::format("empties {}", fmt::join(names, "; ")));
}

void check_delete(Tokens statement, Scope& scope) {
    Cursor at(statement);
    const Token& here = at.here();
    if (!at.take("delete", "from")) return;  // MERGE … THEN DELETE
    at.take("only");
    const std::string table = at.name();
    if (scope.is_new(table) || is_bounded(at)) return;
    scope.found(Rule::unbounded_delete, here,
                fmt::format("deletes every row of {}", scope.known(table)));
}

void check_update(Tokens statement, Scope& scope) {
    Cursor at(statement);
    const Token& here = at.here();
    at.skip();
    if (at.at("set")) return;  // MERGE … THEN UPDATE SET
    at.take("only");
    const std::string table = at.name();
    if (scope.is_new(table) || is_bounded(at)) return;
    scope.found(Rule::unbounded_update, here,
                fmt::format("updates every row of {}", scope.known(table)));
}

// MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE: ON is what bounds it.
void check_merge(Tokens statement, Scope& scope) {
    Cursor at(statement);
    const Token& here = at.here();
    if (!at.take("merge", "into")) return;
    at.take("only");
    const std::string table = at.name();
    if (scope.is_new(table) || !at.find("on")) return;
    at.skip();
    const bool always = take_constant(at) && at.at("when");
    while (always && at.find("when")) {
        at.skip();
        const bool conditional = at.at("matched", "and");
        if (!at.find("then")) return;
        at.skip();
        if (conditional) continue;
        if (at.at("delete"))
            scope.found(Rule::unbounded_delete, here,
                        fmt::format("deletes every row of {}", scope.known(table)));
        if (at.at("update"))
            scope.found(Rule::unbounded_update, here,
                        fmt::format("updates every row of {}", scope.known(table)));
    }
}

// WITH a AS (DELETE …), b AS (UPDATE …) UPDATE …
void check_with(Tokens statement, Scope& scope) {
    Cursor at(statement);
    for (bool closed = false; !at.done();) {
        if (at.at("(")) {
            const Tokens all = at.rest();
            at.skip_parentheses();
            const std::size_t length = all.size() - at.rest().size();
            if (length > 2) check_change(all.subspan(1, length - 2), scope);
            closed = true;
            continue;
        }
        if (closed) check_change(at.rest(), scope);
        closed = false;
        at.skip();
    }
}

void check_revoke(Tokens statement, Scope& scope) {
    Cursor at(statement);
    const Token& revoke = at.here();
    at.skip();
    // Only the power to pass it on.
    if (at.at("grant", "option", "for") || at.at("admin", "option", "for")) return;
    const bool on_new = is_on_new_tables(at, scope);
    if (on_new || !at.find("from")) return;
    at.skip();
    if (revokes_from_runtime(at))
        scope.found(Rule::revoke_runtime, revoke, "revokes what running binaries were granted");
}

}  // namespace stele::lint
