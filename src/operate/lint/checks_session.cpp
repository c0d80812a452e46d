#include <fmt/format.h>

#include <algorithm>

#include "operate/lint/checks.hpp"

namespace stele::lint {

namespace {

constexpr std::string_view kName = "lock_timeout";

// A constant as text: 5000 and '5s'; "" for anything else.
std::string text_of(const Node& constant) {
    if (const Node string = constant.at("sval"); !string.empty())
        return std::string(string.text("sval"));
    if (const Node real = constant.at("fval"); !real.empty()) return std::string(real.text("fval"));
    return constant.has("ival") ? std::to_string(constant.at("ival").number("ival")) : "";
}

// 0, '0ms' and DEFAULT wait for ever; everything else that begins with a digit ends some time.
bool limits(const Node& value) {
    const std::string text = text_of(value);
    const auto digits = text.substr(0, text.find_first_not_of("0123456789."));
    return digits.find_first_of("123456789") != std::string::npos;
}

void note_setting(const Node& set, Scope& scope) {
    const std::string_view kind = set.text("kind");
    if (kind == "VAR_RESET_ALL") scope.lock_timeout = false;
    if (set.text("name") != kName) return;
    const std::vector<Node> values = set.list("args");
    // SET LOCAL outside a transaction is a warning and nothing else.
    scope.lock_timeout = !values.empty() && limits(values.front()) &&
                         (!set.flag("is_local") || scope.in_transaction());
}

// SELECT set_config('lock_timeout', '5s', true)
bool configures_lock_timeout(const Node& select, Scope& scope) {
    const std::vector<Node> targets = select.list("targetList");
    if (targets.empty()) return false;
    const Node call = targets.front().at("val");
    const std::string function = call.name("funcname");
    const std::vector<Node> arguments = call.list("args");
    if (function != "set_config" && function != "pg_catalog.set_config") return false;
    if (arguments.size() != 3 || text_of(arguments[0]) != kName) return false;
    const Node local = arguments[2].at("boolval");
    const bool session = arguments[2].has("boolval") && !local.flag("boolval");
    scope.lock_timeout = limits(arguments[1]) && (session || scope.in_transaction());
    return true;
}

}  // namespace

void check_transaction(const Statement& statement, Scope& scope) {
    scope.found(Rule::transaction_control, start_of(statement),
                fmt::format("{} controls the transaction", ops::name_of(start_of(statement))));
}

void check_set(const Statement& statement, Scope& scope) {
    const Node set = statement.root();
    const std::vector<Node> values = set.list("args");
    if (set.text("name") == "session_replication_role" && !values.empty() &&
        text_of(values.front()) == "replica")
        scope.found(Rule::disable_trigger, start_of(statement),
                    "disables every trigger and foreign key");
}

void check_lock_timeout(const Statement& statement, Scope& scope) {
    const Node root = statement.root();
    if (root.is("TransactionStmt") || root.is("PrepareStmt")) return;
    if (root.is("VariableSetStmt")) return note_setting(root, scope);
    if (root.is("SelectStmt") && configures_lock_timeout(root, scope)) return;
    if (scope.lock_timeout || scope.lock_timeout_reported) return;
    scope.lock_timeout_reported = true;
    scope.found(Rule::lock_timeout, start_of(statement),
                scope.in_transaction() ? "no lock_timeout is set before this statement"
                                       : "no lock_timeout is set before this statement; SET LOCAL "
                                         "does nothing outside a transaction");
}

}  // namespace stele::lint
