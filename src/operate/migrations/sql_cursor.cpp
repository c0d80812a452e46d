#include "operate/migrations/sql_cursor.hpp"

namespace stele::ops {

const Token& Cursor::ahead(std::size_t n) const {
    static const Token kNothing;
    return at_ + n < tokens_.size() ? tokens_[at_ + n] : kNothing;
}

std::string Cursor::name() {
    std::string out;
    while (here().kind == TokenKind::quoted || (here().kind == TokenKind::word && !done())) {
        out += name_of(here());
        skip();
        if (!take(".")) break;
        if (out == "public")
            out.clear();
        else
            out += '.';
    }
    return out;
}

std::vector<std::string> Cursor::names() {
    std::vector<std::string> out;
    do {
        take("only");
        if (std::string one = name(); !one.empty()) out.push_back(std::move(one));
        take("*");
        skip_parentheses();
    } while (take(","));
    return out;
}

void Cursor::skip_parentheses() {
    if (!at("(")) return;
    int depth = 0;
    do {
        depth += int(at("(")) - int(at(")"));
        skip();
    } while (depth > 0 && !done());
}

bool Cursor::find(std::string_view wanted) {
    while (!done()) {
        if (matches(here(), wanted)) return true;
        if (at("("))
            skip_parentheses();
        else
            skip();
    }
    return false;
}

Tokens Cursor::part() {
    const std::size_t from = at_;
    find(",");
    const Tokens out = tokens_.subspan(from, at_ - from);
    skip();
    return out;
}

}  // namespace stele::ops
