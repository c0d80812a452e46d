#include "operate/lint/checks.hpp"

#include <fmt/format.h>

namespace stele::lint {

namespace {

constexpr std::string_view kRenames = "gives something that older binaries use another name";

bool is_relation(std::string_view type) {
    return type == "OBJECT_TABLE" || type == "OBJECT_FOREIGN_TABLE" || type == "OBJECT_VIEW" ||
           type == "OBJECT_MATVIEW";
}

}  // namespace

void check_alter_domain(const Statement& statement, Scope& scope) {
    const Node alter = statement.root();
    const std::string domain = alter.name("typeName"), known = scope.known(domain);
    const std::string_view type = alter.text("subtype");
    if (type == "X")
        scope.found(Rule::drop_constraint, word_in(statement, "drop"),
                    fmt::format("drops the constraint {} of {}", alter.text("name"), known));
    const Node constraint = alter.at("def");
    const std::string_view name = constraint.text("conname");
    const bool not_valid = constraint.flag("skip_validation");
    if (type == "C" && not_valid) scope.unvalidated.insert(fmt::format("{}.{}", domain, name));
    if (type == "C" && !not_valid)
        scope.found(Rule::add_constraint, word_in(statement, "add"),
                    fmt::format("adds {}{} to {} and checks every row",
                                name.empty() ? "a constraint" : "the constraint ", name, known));
    if (type == "V" && scope.in_transaction() &&
        scope.unvalidated.contains(fmt::format("{}.{}", domain, alter.text("name"))))
        scope.found(
            Rule::add_constraint, word_in(statement, "validate"),
            fmt::format("validates {} in the transaction that added it", alter.text("name")));
}

void check_alter_enum(const Statement& statement, Scope& scope) {
    if (statement.root().has("oldVal"))
        scope.found(Rule::rename, word_in(statement, "rename"), std::string(kRenames));
}

void check_rename(const Statement& statement, Scope& scope) {
    const Node rename = statement.root();
    const std::string from = rename.at("relation").name();
    if (scope.is_new(from)) {
        if (is_relation(rename.text("renameType")))
            scope.renamed(from, std::string(rename.text("newname")));
        return;
    }
    scope.found(Rule::rename, word_in(statement, "rename"), std::string(kRenames));
}

void check_set_schema(const Statement& statement, Scope& scope) {
    if (!scope.is_new(statement.root().at("relation").name()))
        scope.found(Rule::rename, word_in(statement, "set"), std::string(kRenames));
}

}  // namespace stele::lint
