#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "operate/lint/checks.hpp"

namespace stele::lint {

namespace {

// Functions of PostgreSQL that are stable or immutable and that defaults are made with: ADD COLUMN
// evaluates them once. Any other call counts as volatile, which writes every row anew.
constexpr std::array<std::string_view, 19> kNotVolatile{"now",
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
                                                        "lower",
                                                        "upper",
                                                        "length",
                                                        "md5",
                                                        "decode",
                                                        "encode",
                                                        "sha256"};

// The first function in a DEFAULT's expression that is, or may be, volatile.
std::optional<std::string> volatile_call(const Node& expression) {
    std::optional<std::string> out;
    expression.walk([&](const Node& at) {
        if (!at.is("FuncCall") || out) return !out;
        const std::string function(at.list("funcname").back().text("sval"));
        if (std::ranges::find(kNotVolatile, function) == kNotVolatile.end()) out = function;
        return !out;
    });
    return out;
}

// What a new column's definition makes PostgreSQL compute row by row; "" when nothing.
std::string computed_by_row(const Node& column) {
    constexpr std::string_view kSerials[] = {"serial",  "bigserial", "smallserial",
                                             "serial2", "serial4",   "serial8"};
    const std::string type = column.at("typeName").name();
    if (std::ranges::find(kSerials, type) != std::end(kSerials)) return "a sequence";
    for (const Node& part : column.list("constraints")) {
        const std::string_view kind = part.text("contype");
        if (kind == "CONSTR_IDENTITY") return "a sequence";
        if (kind == "CONSTR_GENERATED") return "a stored expression";
        if (kind != "CONSTR_DEFAULT") continue;
        if (const auto call = volatile_call(part.at("raw_expr")))
            return fmt::format("{}(), which may give each row another value", *call);
    }
    return "";
}

}  // namespace

void check_new_column(const Node& column, const Token& add, const std::string& known,
                      Scope& scope) {
    const std::string by = computed_by_row(column);
    if (!by.empty())
        scope.found(Rule::table_rewrite, add,
                    fmt::format("adds {} to {} with {}", column.text("colname"), known, by));
}

void check_rewrite(const Node& action, const Token& here, const std::string& known, Scope& scope) {
    const std::string_view type = action.text("subtype");
    const auto rewrites = [&](std::string_view what) {
        scope.found(Rule::table_rewrite, here, fmt::format("{} {}", what, known));
    };
    if (type == "AT_SetUnLogged" || type == "AT_SetLogged")
        return rewrites("writes to or out of the log");
    if (type == "AT_SetTableSpace") return rewrites("moves");
    if (type == "AT_SetAccessMethod") return rewrites("changes the access method of");
    if (type == "AT_SetExpression")
        return rewrites(fmt::format("computes {} anew in every row of", action.text("name")));
    const std::string part = action.at("def").at("name").name();
    if (type == "AT_AttachPartition")
        return scope.found(
            Rule::heavy_lock, here,
            fmt::format("attaches {} to {}: its rows are checked under a lock", part, known));
    if (type == "AT_DetachPartition") {
        if (!action.at("def").flag("concurrent"))
            return scope.found(Rule::heavy_lock, here,
                               fmt::format("detaches {} from {}", part, known));
        if (scope.in_transaction())
            scope.found(Rule::concurrently_in_transaction, here,
                        "DETACH PARTITION CONCURRENTLY in a file that runs in a transaction");
    }
    if (type == "AT_AddInherit" || type == "AT_DropInherit")
        scope.found(Rule::heavy_lock, here, fmt::format("changes what {} inherits", known));
}

void check_lock(const Statement& statement, Scope& scope) {
    for (const Node& relation : statement.root().list("relations"))
        if (!scope.is_new(relation.name()))
            scope.found(Rule::heavy_lock, start_of(statement),
                        fmt::format("locks {}", scope.known(relation.name())));
}

void check_vacuum(const Statement& statement, Scope& scope) {
    for (const Node& option : statement.root().list("options"))
        if (option.text("defname") == "full")
            scope.found(Rule::table_rewrite, start_of(statement),
                        "VACUUM FULL writes whole tables anew");
}

void check_cluster(const Statement& statement, Scope& scope) {
    const std::string table = statement.root().at("relation").name();
    if (table.empty() || !scope.is_new(table))
        scope.found(Rule::table_rewrite, start_of(statement),
                    table.empty()
                        ? "CLUSTER writes whole tables anew"
                        : fmt::format("writes {} anew in another order", scope.known(table)));
}

void check_refresh(const Statement& statement, Scope& scope) {
    const std::string view = statement.root().at("relation").name();
    if (!statement.root().flag("concurrent") && !scope.is_new(view))
        scope.found(Rule::heavy_lock, start_of(statement),
                    fmt::format("fills {} anew, not CONCURRENTLY", scope.known(view)));
}

}  // namespace stele::lint
