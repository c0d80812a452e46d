#include <fmt/format.h>

#include "operate/lint/checks.hpp"

namespace stele::lint {

namespace {

void made(const Node& create, Scope& scope) {
    scope.made(create.at("relation").name(), create.flag("if_not_exists"));
}

}  // namespace

void check_create_table(const Statement& statement, Scope& scope) {
    made(statement.root(), scope);
}

void check_create_foreign_table(const Statement& statement, Scope& scope) {
    made(statement.root().at("base"), scope);
}

void check_create_table_as(const Statement& statement, Scope& scope) {
    const Node create = statement.root();
    scope.made(create.at("into").at("rel").name(), create.flag("if_not_exists"));
}

void check_create_view(const Statement& statement, Scope& scope) {
    const Node create = statement.root();
    scope.made(create.at("view").name(), create.flag("replace"));
}

void check_create_index(const Statement& statement, Scope& scope) {
    const Node create = statement.root();
    if (create.flag("concurrent")) {
        if (scope.in_transaction())
            scope.found(Rule::concurrently_in_transaction, start_of(statement),
                        "CREATE INDEX CONCURRENTLY in a file that runs in a transaction");
        return;
    }
    const std::string_view index = create.text("idxname");
    const std::string table = create.at("relation").name();
    if (scope.is_new(table)) return;
    scope.found(Rule::create_index, start_of(statement),
                fmt::format("builds {} on {}, not CONCURRENTLY", index.empty() ? "an index" : index,
                            scope.known(table)));
}

// CREATE RULE r AS ON DELETE TO t …
void check_create_rule(const Statement& statement, Scope& scope) {
    const std::string table = statement.root().at("relation").name();
    if (!scope.is_new(table))
        scope.found(Rule::create_rule, start_of(statement),
                    fmt::format("makes the rule {} on {}", statement.root().text("rulename"),
                                scope.known(table)));
}

void check_reindex(const Statement& statement, Scope& scope) {
    const Node reindex = statement.root();
    for (const Node& option : reindex.list("params"))
        if (option.text("defname") == "concurrently") {
            if (scope.in_transaction())
                scope.found(Rule::concurrently_in_transaction, start_of(statement),
                            "REINDEX CONCURRENTLY in a file that runs in a transaction");
            return;
        }
    const bool table = reindex.text("kind") == "REINDEX_OBJECT_TABLE";
    const std::string name = reindex.at("relation").name();
    if (table && scope.is_new(name)) return;
    const std::string what = table          ? "the indexes of " + scope.known(name)
                             : name.empty() ? std::string(reindex.text("name"))
                                            : name;
    scope.found(Rule::heavy_lock, start_of(statement),
                fmt::format("builds {} anew, not CONCURRENTLY", what));
}

}  // namespace stele::lint
