#include <fmt/format.h>

#include <algorithm>

#include "operate/lint/checks.hpp"

namespace stele::lint {

namespace {

constexpr std::string_view kName = "lock_timeout";

std::string_view unquoted(const Token& token) {
    std::string_view text = token.text;
    if (token.kind == ops::TokenKind::string && text.starts_with('\'') && text.size() >= 2)
        text = text.substr(1, text.size() - 2);
    return text;
}

// 0, '0ms' and DEFAULT wait for ever; everything else that begins with a digit ends some time.
bool limits(const Token& value) {
    const std::string_view text = unquoted(value);
    const auto digits = text.substr(0, text.find_first_not_of("0123456789."));
    return digits.find_first_of("123456789") != std::string_view::npos;
}

bool sets_lock_timeout(Cursor& at, Scope& scope) {
    const bool local = at.take("local");
    if (!local) at.take("session");
    if (!at.take(kName)) return false;
    if (!at.take("=")) at.take("to");
    // SET LOCAL outside a transaction is a warning and nothing else.
    scope.lock_timeout = limits(at.here()) && (!local || scope.in_transaction());
    return true;
}

// SELECT set_config('lock_timeout', '5s', true)
bool configures_lock_timeout(Cursor at, Scope& scope) {
    at.take("pg_catalog", ".");
    if (!at.take("set_config", "(") || unquoted(at.here()) != kName) return false;
    at.skip();
    if (!at.take(",")) return false;
    const Token& value = at.here();
    at.skip();
    const bool local = at.take(",") && !at.at("false");
    scope.lock_timeout = limits(value) && (!local || scope.in_transaction());
    return true;
}

}  // namespace

void check_transaction(Tokens statement, Scope& scope) {
    Cursor at(statement);
    // PREPARE is the one of these words that begins something else, too.
    if (at.at("prepare") && !at.at("prepare", "transaction")) return;
    scope.found(Rule::transaction_control, at.here(),
                fmt::format("{} controls the transaction", ops::name_of(at.here())));
}

void check_set(Tokens statement, Scope& scope) {
    Cursor at(statement);
    const Token& set = at.here();
    at.skip();
    if (!at.take("local")) at.take("session");
    if (!at.take("session_replication_role")) return;
    if (!at.take("=")) at.take("to");
    const std::string_view role = unquoted(at.here());
    if (role == "replica" || ops::is_word(at.here(), "replica"))
        scope.found(Rule::disable_trigger, set, "disables every trigger and foreign key");
}

void check_lock_timeout(Tokens statement, Scope& scope) {
    Cursor at(statement);
    if (at.take("set")) return void(sets_lock_timeout(at, scope));
    if (at.take("reset")) {
        if (at.at(kName) || at.at("all")) scope.lock_timeout = false;
        return;
    }
    if (at.take("select") && configures_lock_timeout(at, scope)) return;
    if (scope.lock_timeout || scope.lock_timeout_reported) return;
    scope.lock_timeout_reported = true;
    scope.found(Rule::lock_timeout, statement.front(),
                scope.in_transaction() ? "no lock_timeout is set before this statement"
                                       : "no lock_timeout is set before this statement; SET LOCAL "
                                         "does nothing outside a transaction");
}

}  // namespace stele::lint
