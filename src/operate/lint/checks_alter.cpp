#include <fmt/format.h>

#include "operate/lint/checks.hpp"

namespace stele::lint {

namespace {

// What a statement alters, and one of its actions.
struct Action {
    const Node& command;  // AlterTableCmd
    const Token& here;
    const std::string& name;
    const std::string& known;  // how a message calls it
    Scope& scope;

    void found(Rule rule, std::string message) const {
        scope.found(rule, here, std::move(message));
    }
};

// A constraint that every row is checked against; "" for the others.
std::string_view checked(std::string_view type) {
    if (type == "CONSTR_PRIMARY") return "PRIMARY KEY";
    if (type == "CONSTR_UNIQUE") return "UNIQUE";
    if (type == "CONSTR_FOREIGN") return "REFERENCES";
    return type == "CONSTR_CHECK" ? "CHECK" : "";
}

bool is_null(const Node& expression) {
    return expression.is("A_Const") && expression.flag("isnull");
}

void check_added_column(const Action& action) {
    const Node column = action.command.at("def");
    check_new_column(column, action.here, action.known, action.scope);
    bool not_null = false,
         has_value = column.at("typeName").name().find("serial") != std::string::npos;
    std::string_view constraint;
    for (const Node& part : column.list("constraints")) {
        const std::string_view type = part.text("contype");
        not_null = not_null || type == "CONSTR_NOTNULL" || type == "CONSTR_PRIMARY";
        has_value = has_value || type == "CONSTR_IDENTITY" || type == "CONSTR_GENERATED" ||
                    (type == "CONSTR_DEFAULT" && !is_null(part.at("raw_expr")));
        if (!checked(type).empty()) constraint = checked(type);
    }
    const std::string_view name = column.text("colname");
    if (not_null && !has_value)
        action.found(
            Rule::add_column_not_null,
            fmt::format("adds {} to {} NOT NULL and without a default", name, action.known));
    if (!constraint.empty())
        action.found(Rule::add_constraint,
                     fmt::format("adds {} to {} together with {}", name, action.known, constraint));
}

void check_added_constraint(const Action& action) {
    const Node constraint = action.command.at("def");
    const std::string_view name = constraint.text("conname");
    const bool not_valid = constraint.flag("skip_validation");
    if (not_valid) action.scope.unvalidated.insert(fmt::format("{}.{}", action.name, name));
    if (not_valid || constraint.has("indexname")) return;
    action.found(
        Rule::add_constraint,
        fmt::format("adds {}{} to {} and checks every row",
                    name.empty() ? "a constraint" : "the constraint ", name, action.known));
}

void check_validated(const Action& action) {
    const std::string_view name = action.command.text("name");
    if (action.scope.in_transaction() &&
        action.scope.unvalidated.contains(fmt::format("{}.{}", action.name, name)))
        action.found(Rule::add_constraint,
                     fmt::format("validates {} in the transaction that added it", name));
}

void check_action(const Action& action) {
    const std::string_view type = action.command.text("subtype");
    const std::string_view part = action.command.text("name");
    check_rewrite(action.command, action.here, action.known, action.scope);
    if (type == "AT_AddColumn") return check_added_column(action);
    if (type == "AT_AddConstraint") return check_added_constraint(action);
    if (type == "AT_ValidateConstraint") return check_validated(action);
    if (type == "AT_DropConstraint")
        action.found(Rule::drop_constraint,
                     fmt::format("drops the constraint {} of {}", part, action.known));
    if (type == "AT_DropColumn")
        action.found(Rule::drop_column,
                     fmt::format("drops the column {} of {}", part, action.known));
    if (type == "AT_SetNotNull")
        action.found(Rule::set_not_null, fmt::format("sets {} of {} NOT NULL", part, action.known));
    if (type == "AT_AlterColumnType")
        action.found(Rule::alter_type,
                     fmt::format("changes the type of {} of {}", part, action.known));
    if (type == "AT_DisableRowSecurity" || type == "AT_NoForceRowSecurity")
        action.found(Rule::disable_rls,
                     fmt::format("weakens row-level security of {}", action.known));
    if (type.starts_with("AT_DisableTrig") || type == "AT_DisableRule")
        action.found(Rule::disable_trigger,
                     fmt::format("disables a trigger or rule of {}", action.known));
}

// The tree does not say where an action stands: the first behind the relation's name, the others
// behind a comma outside parentheses.
std::vector<const Token*> places_of_actions(const Statement& statement, std::size_t count) {
    const Tokens tokens = statement.tokens;
    const char* name =
        start_of(statement).text.data() + statement.root().at("relation").number("location");
    const auto is = [&](std::size_t i, std::string_view symbol) {
        return i < tokens.size() && ops::is_symbol(tokens[i], symbol);
    };
    std::size_t at = 0;
    while (at < tokens.size() && tokens[at].text.data() < name) ++at;
    for (++at; is(at, "."); at += 2) {
    }
    while (is(at, "*") || is(at, ")")) ++at;
    std::vector<const Token*> out;
    if (at < tokens.size()) out.push_back(&tokens[at]);
    for (int depth = 0; at + 1 < tokens.size(); ++at) {
        depth += int(is(at, "(")) - int(is(at, ")"));
        if (depth == 0 && is(at, ",")) out.push_back(&tokens[at + 1]);
    }
    out.resize(count, &start_of(statement));
    return out;
}

}  // namespace

void check_alter_table(const Statement& statement, Scope& scope) {
    const std::string name = statement.root().at("relation").name();
    if (scope.is_new(name)) return;
    const std::string known = scope.known(name);
    const std::vector<Node> commands = statement.root().list("cmds");
    const auto places = places_of_actions(statement, commands.size());
    for (std::size_t i = 0; i < commands.size(); ++i)
        check_action({commands[i], *places[i], name, known, scope});
}

}  // namespace stele::lint
