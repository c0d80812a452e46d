#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "foundation/base/text.hpp"
#include "operate/lint/checks.hpp"

namespace stele::lint {

namespace {

struct Kind {
    std::string_view type;  // DropStmt's removeType
    Rule rule;
};

constexpr Kind kKinds[] = {{"OBJECT_TABLE", Rule::drop_table},
                           {"OBJECT_FOREIGN_TABLE", Rule::drop_table},
                           {"OBJECT_SCHEMA", Rule::drop_schema},
                           {"OBJECT_TYPE", Rule::drop_type},
                           {"OBJECT_DOMAIN", Rule::drop_type},
                           {"OBJECT_INDEX", Rule::drop_index},
                           {"OBJECT_FUNCTION", Rule::drop_function},
                           {"OBJECT_PROCEDURE", Rule::drop_function},
                           {"OBJECT_ROUTINE", Rule::drop_function},
                           {"OBJECT_AGGREGATE", Rule::drop_function},
                           {"OBJECT_VIEW", Rule::drop_view},
                           {"OBJECT_MATVIEW", Rule::drop_view},
                           {"OBJECT_POLICY", Rule::drop_policy},
                           {"OBJECT_TRIGGER", Rule::drop_trigger},
                           {"OBJECT_EVENT_TRIGGER", Rule::drop_trigger}};

// Named as [schema, table, name].
bool is_of_table(std::string_view type) {
    return type == "OBJECT_POLICY" || type == "OBJECT_TRIGGER" || type == "OBJECT_RULE";
}

}  // namespace

void check_drop(const Statement& statement, Scope& scope) {
    const Node drop = statement.root();
    const std::string_view type = drop.text("removeType");
    const auto kind = std::ranges::find(kKinds, type, &Kind::type);
    if (kind == std::end(kKinds)) return check_drop_other(statement, scope);
    if (drop.flag("concurrent") && scope.in_transaction())
        scope.found(Rule::concurrently_in_transaction, start_of(statement),
                    "DROP INDEX CONCURRENTLY in a file that runs in a transaction");
    std::vector<std::string> names;
    for (const Node& object : drop.list("objects")) {
        const bool part = is_of_table(type);
        // Of a table that is new nothing is taken away.
        if (scope.is_new(part ? object.name("items", 1) : object.name())) continue;
        names.push_back(part ? std::string(object.list("items").back().text("sval"))
                             : scope.known(object.name()));
    }
    if (!names.empty())
        scope.found(kind->rule, start_of(statement),
                    fmt::format("drops {}", fmt::join(names, "; ")));
}

void check_drop_other(const Statement& statement, Scope& scope) {
    scope.found(Rule::drop_other, start_of(statement),
                fmt::format("drops{}",
                            excerpt(statement.text.substr(start_of(statement).text.size()), 60)));
}

}  // namespace stele::lint
