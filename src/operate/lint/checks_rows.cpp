#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "operate/lint/checks.hpp"

namespace stele::lint {

namespace {

// The roles that running binaries work as.
constexpr std::string_view kRuntimeRoles[] = {"stele_runtime", "stele_readonly"};

// TRUE, 1 = 1, 'a' = 'a': a condition that holds for every row, or would for none.
bool is_constant(const Node& condition) {
    if (condition.is("A_Const")) return condition.at("boolval").flag("boolval");
    return condition.is("A_Expr") && condition.name("name") == "=" &&
           condition.at("lexpr").is("A_Const") && condition.at("rexpr").is("A_Const");
}

// A WHERE that holds for every row is none.
bool is_bounded(const Node& change) {
    return change.has("whereClause") && !is_constant(change.at("whereClause"));
}

// DELETE, UPDATE or MERGE: the last such word before the table's name.
const Token& verb_of(const Statement& statement, const Node& change, std::string_view verb) {
    const char* table = start_of(statement).text.data() + change.at("relation").number("location");
    const Token* out = &start_of(statement);
    for (const Token& token : statement.tokens)
        if (token.text.data() < table && ops::is_word(token, verb)) out = &token;
    return *out;
}

// MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE: ON is what bounds it.
void check_merge(const Statement& statement, const Node& merge, const std::string& table,
                 Scope& scope) {
    if (!is_constant(merge.at("joinCondition"))) return;
    const Token& here = verb_of(statement, merge, "merge");
    for (const Node& when : merge.list("mergeWhenClauses")) {
        if (when.has("condition")) continue;
        if (when.text("commandType") == "CMD_DELETE")
            scope.found(Rule::unbounded_delete, here,
                        fmt::format("deletes every row of {}", scope.known(table)));
        if (when.text("commandType") == "CMD_UPDATE")
            scope.found(Rule::unbounded_update, here,
                        fmt::format("updates every row of {}", scope.known(table)));
    }
}

void check_change(const Statement& statement, const Node& change, Scope& scope) {
    const std::string table = change.at("relation").name();
    if (scope.is_new(table)) return;
    if (change.is("MergeStmt")) return check_merge(statement, change, table, scope);
    if (is_bounded(change)) return;
    if (change.is("DeleteStmt"))
        scope.found(Rule::unbounded_delete, verb_of(statement, change, "delete"),
                    fmt::format("deletes every row of {}", scope.known(table)));
    if (change.is("UpdateStmt"))
        scope.found(Rule::unbounded_update, verb_of(statement, change, "update"),
                    fmt::format("updates every row of {}", scope.known(table)));
}

bool all_new(const std::vector<Node>& objects, const Scope& scope) {
    return !objects.empty() && std::ranges::all_of(objects, [&](const Node& object) {
        return scope.is_new(object.name());
    });
}

void check_grantees(const std::vector<Node>& roles, const Token& revoke, Scope& scope) {
    for (const Node& role : roles)
        if (std::ranges::find(kRuntimeRoles, role.text("rolename")) != std::end(kRuntimeRoles))
            return scope.found(Rule::revoke_runtime, revoke,
                               "revokes what running binaries were granted");
}

void check_grant(const Node& grant, const Token& revoke, Scope& scope) {
    // GRANT OPTION FOR: only the power to pass it on. On new tables nobody has used the privilege.
    if (grant.flag("is_grant") || grant.flag("grant_option")) return;
    const bool on_tables = grant.text("objtype") == "OBJECT_TABLE";
    if (on_tables && all_new(grant.list("objects"), scope)) return;
    check_grantees(grant.list("grantees"), revoke, scope);
}

}  // namespace

void check_truncate(const Statement& statement, Scope& scope) {
    std::vector<std::string> names = ops::names_of(statement.root().list("relations"));
    std::erase_if(names, [&](const std::string& name) { return scope.is_new(name); });
    if (names.empty()) return;
    for (std::string& name : names) name = scope.known(name);
    scope.found(Rule::truncate, start_of(statement),
                fmt::format("empties {}", fmt::join(names, "; ")));
}

// Also WITH a AS (DELETE …), b AS (UPDATE …) UPDATE …
void check_rows(const Statement& statement, Scope& scope) {
    statement.root().walk([&](const Node& at) {
        if (at.is("DeleteStmt") || at.is("UpdateStmt") || at.is("MergeStmt"))
            check_change(statement, at, scope);
        return true;
    });
}

void check_revoke(const Statement& statement, Scope& scope) {
    check_grant(statement.root(), start_of(statement), scope);
}

void check_default_privileges(const Statement& statement, Scope& scope) {
    check_grant(statement.root().at("action"), word_in(statement, "revoke"), scope);
}

// ADMIN OPTION FOR is a field of its own up to PostgreSQL 15, and an option since.
void check_revoke_role(const Statement& statement, Scope& scope) {
    const Node grant = statement.root();
    if (!grant.flag("is_grant") && !grant.flag("admin_opt") && !grant.has("opt"))
        check_grantees(grant.list("grantee_roles"), start_of(statement), scope);
}

}  // namespace stele::lint
