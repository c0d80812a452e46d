#include "operate/migrations/sql_script.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "operate/migrations/sql_blocks.hpp"

namespace stele::ops {

namespace {

std::string_view what_is_open(std::string_view text) {
    if (text.starts_with("/*")) return "comment";
    if (text.starts_with('$')) return "dollar-quoted string";
    const bool identifier = text.starts_with('"') || text.substr(0, 3).ends_with("&\"");
    return identifier ? "quoted identifier" : "string";
}

// From a statement's first token to its last.
std::string_view text_of(Tokens tokens) {
    const char* begin = tokens.front().text.data();
    const std::string_view last = tokens.back().text;
    return {begin, std::size_t(last.data() + last.size() - begin)};
}

// Calls `found` with each statement's tokens and the token that ends it.
template <class F>
void cut(Tokens tokens, F found) {
    StatementEnds ends;
    std::size_t start = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (!ends.ends_with(tokens[i])) continue;
        if (i > start) found(tokens.subspan(start, i - start), tokens[i]);
        start = i + 1;
    }
    if (start < tokens.size()) found(tokens.subspan(start), tokens.back());
}

std::uint32_t last_line(const Token& token) {
    return token.line + std::uint32_t(std::count(token.text.begin(), token.text.end(), '\n'));
}

}  // namespace

std::vector<ScriptStatement> split_script(std::string_view script) {
    const ScannedSql scanned = scan_sql(script);
    if (!scanned.tokens.empty() && scanned.tokens.back().kind == TokenKind::unterminated) {
        const Token& open = scanned.tokens.back();
        throw Error(Code::configuration,
                    fmt::format("line {}: the {} is never closed: {}", open.line,
                                what_is_open(open.text), excerpt(open.text, 40)));
    }
    std::vector<ScriptStatement> out;
    cut(scanned.tokens, [&](Tokens tokens, const Token&) {
        out.push_back({text_of(tokens), int(tokens.front().line), {}});
        for (const Token& token : tokens)
            if (token.kind == TokenKind::word || token.kind == TokenKind::quoted)
                out.back().words.push_back(name_of(token));
    });
    return out;
}

Script::Script(std::string_view text) : scanned_(scan_sql(text)) {
    cut(scanned_.tokens, [&](Tokens tokens, const Token& end) {
        Statement& statement = statements_.emplace_back();
        statement.text = text_of(tokens);
        statement.tokens = tokens;
        statement.end_line = last_line(end);
        if (statement.open()) return;
        statement.tree = parse_sql(std::string(statement.text), tokens);
        if (statement.root().is("DoStmt")) read_block(statement, bodies_);
    });
}

}  // namespace stele::ops
