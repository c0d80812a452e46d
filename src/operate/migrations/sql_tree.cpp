#include "operate/migrations/sql_tree.hpp"

#include <pg_query.h>

#include <boost/json/parse.hpp>

namespace stele::ops {

namespace {

// Each level of an expression is two or three of JSON; walks are recursive.
constexpr std::size_t kMostNested = 4'000;

// A chain of 200,000 operators overflows the library's stack.
constexpr std::size_t kLongestRun = 10'000;

SqlTree too_long() {
    return {nullptr, "it is an expression of more than 10,000 tokens"};
}

SqlTree tree_of(const char* text, const PgQueryError* error) {
    if (error) return {nullptr, error->message};
    json::parse_options options;
    options.max_depth = kMostNested;
    options.allow_invalid_utf8 = true;
    json::error_code problem;
    json::value root = json::parse(text, problem, {}, options);
    if (problem) return {nullptr, "its tree is no JSON: " + problem.message()};
    return {std::move(root), {}};
}

// A member that names a struct of PostgreSQL begins with an upper-case letter; a field never does.
bool names_a_struct(const json::object& object) {
    if (object.size() != 1) return false;
    const char first = object.begin()->key()[0];
    return first >= 'A' && first <= 'Z' && object.begin()->value().is_object();
}

std::string joined(const std::vector<Node>& parts, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string_view part = parts[i].text("sval");
        if (i + 1 < count && i == 0 && part == "public") continue;
        if (!out.empty()) out += '.';
        out += part;
    }
    return out;
}

void walk_value(const json::value& value, const std::function<bool(const Node&)>& visit) {
    if (value.is_object()) Node(value).walk(visit);
    if (!value.is_array()) return;
    for (const json::value& element : value.get_array()) walk_value(element, visit);
}

}  // namespace

SqlTree parse_sql(const std::string& statement, Tokens tokens) {
    if (longest_run(tokens) > kLongestRun) return too_long();
    const PgQueryParseResult result = pg_query_parse(statement.c_str());
    SqlTree out = tree_of(result.parse_tree, result.error);
    pg_query_free_parse_result(result);
    if (!out.problem.empty()) return out;
    json::array& statements = out.root.at("stmts").as_array();
    if (statements.size() != 1) return {nullptr, "it is not one statement"};
    json::value root = std::move(statements[0].at("stmt"));
    return {std::move(root), {}};
}

SqlTree parse_plpgsql(const std::string& statement, Tokens body) {
    if (longest_run(body) > kLongestRun) return too_long();
    const PgQueryPlpgsqlParseResult result = pg_query_parse_plpgsql(statement.c_str());
    SqlTree out = tree_of(result.plpgsql_funcs, result.error);
    pg_query_free_plpgsql_parse_result(result);
    return out;
}

Node::Node(const json::value& value) {
    if (!value.is_object()) return;
    fields_ = &value.get_object();
    if (!names_a_struct(*fields_)) return;
    kind_ = fields_->begin()->key();
    fields_ = &fields_->begin()->value().get_object();
}

const json::value* Node::value(std::string_view field) const {
    return fields_ ? fields_->if_contains(field) : nullptr;
}

Node Node::at(std::string_view field) const {
    const json::value* found = value(field);
    return found ? Node(*found) : Node();
}

std::string_view Node::text(std::string_view field) const {
    const json::value* found = value(field);
    return found && found->is_string() ? std::string_view(found->get_string()) : "";
}

bool Node::flag(std::string_view field) const {
    const json::value* found = value(field);
    return found && found->is_bool() && found->get_bool();
}

std::int64_t Node::number(std::string_view field) const {
    const json::value* found = value(field);
    return found && found->is_int64() ? found->get_int64() : 0;
}

std::vector<Node> Node::list(std::string_view field) const {
    const json::value* found = value(field);
    if (found && found->is_object()) return Node(*found).list("items");
    std::vector<Node> out;
    if (found && found->is_array())
        for (const json::value& element : found->get_array()) out.emplace_back(element);
    return out;
}

std::string Node::name() const {
    if (is("String")) return std::string(text("sval"));
    for (const std::string_view field : {"items", "objname", "names"})
        if (has(field)) return name(field);
    const std::string_view schema = text("schemaname");
    std::string out(schema == "public" ? "" : schema);
    if (!out.empty()) out += '.';
    return out += text("relname");
}

std::string Node::name(std::string_view field, std::size_t skip) const {
    const std::vector<Node> parts = list(field);
    return joined(parts, parts.size() - std::min(skip, parts.size()));
}

void Node::walk(const std::function<bool(const Node&)>& visit) const {
    if (!fields_ || !visit(*this)) return;
    for (const auto& member : *fields_) walk_value(member.value(), visit);
}

std::vector<std::string> names_of(const std::vector<Node>& nodes) {
    std::vector<std::string> out;
    for (const Node& node : nodes) out.push_back(node.name());
    return out;
}

}  // namespace stele::ops
