// SQL read into trees by PostgreSQL's own parser, which libpg_query carries (ADR 0027).
//
// The trees are the library's JSON: an object with one member named after PostgreSQL's struct holds
// the fields, {"DropStmt": {"removeType": "OBJECT_TABLE", …}}; what is empty, false or 0 is left
// out.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/json.hpp"
#include "operate/migrations/sql_tokens.hpp"

namespace stele::ops {

struct SqlTree {
    json::value root;     // null when the text could not be read
    std::string problem;  // then the parser's words for why
};

// `statement` is one statement without its semicolon, `tokens` are its own.
SqlTree parse_sql(const std::string& statement, Tokens tokens);
// `statement` is a DO whose body is PL/pgSQL, `body` that body's tokens; the tree is the body's.
SqlTree parse_plpgsql(const std::string& statement, Tokens body);

// A place in a tree, which must outlive it. What is not there is an empty node, so paths can be
// followed without asking at each step.
class Node {
  public:
    Node() = default;
    explicit Node(const json::value& value);

    bool empty() const { return !fields_; }
    std::string_view kind() const { return kind_; }  // "DropStmt"; "" for a part without a name
    bool is(std::string_view kind) const { return kind_ == kind; }

    Node at(std::string_view field) const;
    std::string_view text(std::string_view field) const;
    bool flag(std::string_view field) const;
    std::int64_t number(std::string_view field) const;
    bool has(std::string_view field) const { return value(field) != nullptr; }
    // An array's elements; those of a List.
    std::vector<Node> list(std::string_view field) const;

    // [schema.]name as one text, "public." left out: of a relation, a function, a type, a List.
    std::string name() const;
    // The name that a list of strings spells; with `skip` without its last ones.
    std::string name(std::string_view field, std::size_t skip = 0) const;

    // Calls `visit` for this and everything in it, from the outside in; it says whether to go in.
    void walk(const std::function<bool(const Node&)>& visit) const;

  private:
    const json::value* value(std::string_view field) const;

    std::string_view kind_;
    const json::object* fields_ = nullptr;
};

// The names of list elements, each as Node::name gives it.
std::vector<std::string> names_of(const std::vector<Node>& nodes);

}  // namespace stele::ops
