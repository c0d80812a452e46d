#include <fmt/format.h>

#include "operate/lint/checks.hpp"

namespace stele::lint {

namespace {

constexpr std::string_view kRenames = "gives something that older binaries use another name";

// What a statement alters: its name, and how a message calls it.
struct Subject {
    std::string name;
    std::string known;
};

void check_dropped_part(Cursor at, const Subject& subject, Scope& scope) {
    const Token& drop = at.here();
    at.skip();
    if (at.take("constraint")) {
        at.take_if_exists();
        return scope.found(Rule::drop_constraint, drop,
                           fmt::format("drops the constraint {} of {}", at.name(), subject.known));
    }
    // A domain's.
    if (at.at("default") || at.at("not", "null")) return;
    if (!at.take("column")) at.take("attribute");
    at.take_if_exists();
    scope.found(Rule::drop_column, drop,
                fmt::format("drops the column {} of {}", at.name(), subject.known));
}

void check_altered_column(Cursor at, const Subject& subject, Scope& scope) {
    const Token& alter = at.here();
    at.skip();
    if (at.at("constraint")) return;
    if (!at.take("column")) at.take("attribute");
    const std::string column = at.name();
    if (at.take("set", "not", "null"))
        return scope.found(Rule::set_not_null, alter,
                           fmt::format("sets {} of {} NOT NULL", column, subject.known));
    if (at.take("type") || at.take("set", "data", "type"))
        scope.found(Rule::alter_type, alter,
                    fmt::format("changes the type of {} of {}", column, subject.known));
}

// What stands behind a new column's type, as far as rules ask for it.
struct ColumnTraits {
    bool not_null = false;
    bool has_value = false;       // the rows that are there get one
    std::string_view constraint;  // one that every row is checked against; "" when none
};

ColumnTraits column_traits(Cursor at) {
    ColumnTraits out;
    for (const char* serial : {"serial", "bigserial", "smallserial", "serial4", "serial8"})
        out.has_value = out.has_value || at.at(serial);
    for (; !at.done(); at.skip()) {
        at.skip_parentheses();
        if (at.at("not", "null")) out.not_null = true;
        if (at.at("default")) out.has_value = !at.at("default", "null");
        if (at.at("generated")) out.has_value = true;
        if (at.at("primary", "key")) {
            out.not_null = true;
            out.constraint = "PRIMARY KEY";
        }
        if (at.at("unique")) out.constraint = "UNIQUE";
        if (at.at("references")) out.constraint = "REFERENCES";
        if (at.at("check")) out.constraint = "CHECK";
    }
    return out;
}

void check_added_column(const Token& add, Cursor at, const Subject& subject, Scope& scope) {
    if (!at.take("column")) at.take("attribute");
    at.take_if_not_exists();
    const std::string column = at.name();
    const ColumnTraits traits = column_traits(at);
    check_new_column(at.rest(), add, column, subject.known, scope);
    if (traits.not_null && !traits.has_value)
        scope.found(
            Rule::add_column_not_null, add,
            fmt::format("adds {} to {} NOT NULL and without a default", column, subject.known));
    if (!traits.constraint.empty())
        scope.found(Rule::add_constraint, add,
                    fmt::format("adds {} to {} together with {}", column, subject.known,
                                traits.constraint));
}

// EXCLUDE alone may also be a column's name.
bool is_constraint(const Cursor& at) {
    for (const char* word : {"constraint", "check", "unique", "primary", "foreign"})
        if (at.at(word)) return true;
    return at.at("exclude", "(") || at.at("exclude", "using") || at.at("not", "null");
}

void check_added_constraint(const Token& add, Cursor at, const Subject& subject, Scope& scope) {
    std::string name = at.take("constraint") ? at.name() : std::string();
    bool not_valid = false, using_index = false;
    for (; !at.done(); at.skip()) {
        at.skip_parentheses();
        not_valid = not_valid || at.at("not", "valid");
        // … USING INDEX TABLESPACE s names no index.
        using_index = using_index || (at.take("using", "index") && !at.at("tablespace"));
    }
    if (not_valid) scope.unvalidated.insert(subject.name + "." + name);
    if (not_valid || using_index) return;
    scope.found(
        Rule::add_constraint, add,
        fmt::format("adds {}{} to {} and checks every row",
                    name.empty() ? "a constraint" : "the constraint ", name, subject.known));
}

void check_added(Cursor at, const Subject& subject, Scope& scope) {
    const Token& add = at.here();
    at.skip();
    if (at.at("value")) return;  // to an enumeration
    if (is_constraint(at)) return check_added_constraint(add, at, subject, scope);
    check_added_column(add, at, subject, scope);
}

void check_validated(Cursor at, const Subject& subject, Scope& scope) {
    const Token& validate = at.here();
    if (!at.take("validate", "constraint") || !scope.in_transaction()) return;
    const std::string name = at.name();
    if (scope.unvalidated.contains(subject.name + "." + name))
        scope.found(Rule::add_constraint, validate,
                    fmt::format("validates {} in the transaction that added it", name));
}

void check_disabled(Cursor at, const Subject& subject, Scope& scope) {
    const Token& here = at.here();
    if (at.at("disable", "row", "level") || at.at("no", "force", "row"))
        scope.found(Rule::disable_rls, here,
                    fmt::format("weakens row-level security of {}", subject.known));
    if (at.at("disable", "trigger") || at.at("disable", "rule"))
        scope.found(Rule::disable_trigger, here,
                    fmt::format("disables a trigger or rule of {}", subject.known));
}

void check_action(Cursor at, const Subject& subject, Scope& scope) {
    check_rewrite(at.rest(), subject.known, scope);
    if (at.at("drop")) return check_dropped_part(at, subject, scope);
    if (at.at("alter")) return check_altered_column(at, subject, scope);
    if (at.at("add")) return check_added(at, subject, scope);
    if (at.at("rename") || at.at("set", "schema"))
        return scope.found(Rule::rename, at.here(), std::string(kRenames));
    check_validated(at, subject, scope);
    check_disabled(at, subject, scope);
}

// ALTER <anything> … RENAME [what] TO, SET SCHEMA. TO is reserved, so no name can look like it.
void check_renamed(Tokens statement, Scope& scope) {
    const auto is_to = [](const Token& token) { return ops::is_word(token, "to"); };
    for (Cursor at(statement); !at.done(); at.skip()) {
        at.skip_parentheses();
        const bool renames =
            at.at("rename") && (is_to(at.ahead(1)) || is_to(at.ahead(2)) || is_to(at.ahead(3)));
        if (renames || at.at("set", "schema"))
            return scope.found(Rule::rename, at.here(), std::string(kRenames));
    }
}

bool takes_actions(Cursor& at) {
    return at.take("table") || at.take("foreign", "table") || at.take("type") ||
           at.take("domain") || at.take("view") || at.take("materialized", "view") ||
           at.take("index");
}

void check_detached(Cursor at, Scope& scope) {
    const Token& here = at.here();
    if (at.at("detach", "partition") && at.find("concurrently") && scope.in_transaction())
        scope.found(Rule::concurrently_in_transaction, here,
                    "DETACH PARTITION CONCURRENTLY in a file that runs in a transaction");
}

}  // namespace

void check_alter(Tokens statement, Scope& scope) {
    Cursor at(statement);
    at.skip();
    if (at.take("default", "privileges"))
        return at.find("revoke") ? check_revoke(at.rest(), scope) : void();
    if (!takes_actions(at)) return check_renamed(statement, scope);
    at.take_if_exists();
    at.take("only");
    const std::string name = at.name();
    at.take("*");
    if (scope.is_new(name)) {
        if (at.take("rename", "to")) scope.renamed(name, at.name());
        return;
    }
    check_detached(at, scope);
    const Subject subject{name, scope.known(name)};
    while (!at.done()) check_action(Cursor(at.part()), subject, scope);
}

}  // namespace stele::lint
