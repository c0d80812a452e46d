#include "operate/lint/inventory.hpp"

#include "operate/lint/cursor.hpp"

namespace stele::lint {

namespace {

bool take_relation_kind(Cursor& at) {
    return at.take("table") || at.take("view") || at.take("foreign", "table") ||
           at.take("materialized", "view");
}

void made(Inventory& out, const std::string& name) {
    out.retired.erase(name);
    out.expected.insert(name);
}

void gone(Inventory& out, const std::string& name) {
    if (out.expected.erase(name) != 0) out.retired.insert(name);
}

void read_statement(Cursor at, Inventory& out) {
    if (at.take("create")) {
        at.take("or", "replace");
        for (const char* word : {"unlogged", "recursive"}) at.take(word);
        if (!take_relation_kind(at)) return;
        at.take_if_not_exists();
        made(out, at.name());
    } else if (at.take("drop")) {
        if (!take_relation_kind(at)) return;
        at.take_if_exists();
        for (const std::string& name : at.names()) gone(out, name);
    } else if (at.take("alter")) {
        if (!take_relation_kind(at)) return;
        at.take_if_exists();
        at.take("only");
        const std::string from = at.name();
        if (!at.take("rename", "to")) return;
        gone(out, from);
        made(out, at.name());
    }
}

void read_file(std::string_view text, Inventory& out) {
    ops::Tokenizer tokens(text);
    ops::StatementEnds ends;
    std::vector<Token> statement;
    for (Token token; tokens.next(token);) {
        if (token.kind == ops::TokenKind::comment) continue;
        if (!ends.ends_with(token)) {
            statement.push_back(token);
            continue;
        }
        read_statement(Cursor(statement), out);
        statement.clear();
    }
    read_statement(Cursor(statement), out);
}

}  // namespace

Inventory inventory_of(const ops::Migrations& migrations) {
    Inventory out;
    for (const ops::Migration& migration : migrations) read_file(migration.up, out);
    return out;
}

}  // namespace stele::lint
