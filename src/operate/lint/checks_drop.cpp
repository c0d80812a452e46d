#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operate/lint/checks.hpp"

namespace stele::lint {

namespace {

struct Kind {
    std::string_view first, second;  // DROP <first> <second>
    Rule rule;
};

constexpr Kind kKinds[] = {
    {"table", "", Rule::drop_table},
    {"foreign", "table", Rule::drop_table},
    {"schema", "", Rule::drop_schema},
    {"type", "", Rule::drop_type},
    {"domain", "", Rule::drop_type},
    {"index", "", Rule::drop_index},
    {"function", "", Rule::drop_function},
    {"procedure", "", Rule::drop_function},
    {"routine", "", Rule::drop_function},
    {"aggregate", "", Rule::drop_function},
    {"view", "", Rule::drop_view},
    {"materialized", "view", Rule::drop_view},
    {"policy", "", Rule::drop_policy},
    {"trigger", "", Rule::drop_trigger},
    {"event", "trigger", Rule::drop_trigger},
};

const Kind* take_kind(Cursor& at) {
    for (const Kind& kind : kKinds)
        if (kind.second.empty() ? at.take(kind.first) : at.take(kind.first, kind.second))
            return &kind;
    return nullptr;
}

// DROP POLICY p ON t, DROP TRIGGER t ON t: of a table that is new nothing is taken away.
bool is_on_new(Cursor at, const Scope& scope) {
    return at.take("on") && scope.is_new(at.name());
}

}  // namespace

void check_drop(Tokens statement, Scope& scope) {
    Cursor at(statement);
    const Token& drop = at.here();
    at.skip();
    const Kind* kind = take_kind(at);
    if (!kind) {
        const std::string what = ops::name_of(at.here());
        at.skip();
        at.take_if_exists();
        return scope.found(Rule::drop_other, drop, fmt::format("drops {} {}", what, at.name()));
    }
    if (at.take("concurrently") && scope.in_transaction())
        scope.found(Rule::concurrently_in_transaction, drop,
                    "DROP INDEX CONCURRENTLY in a file that runs in a transaction");
    at.take_if_exists();
    std::vector<std::string> names = at.names();
    if (is_on_new(at, scope)) return;
    std::erase_if(names, [&](const std::string& name) { return scope.is_new(name); });
    if (names.empty()) return;
    for (std::string& name : names) name = scope.known(name);
    scope.found(kind->rule, drop, fmt::format("drops {}", fmt::join(names, "; ")));
}

}  // namespace stele::lint
