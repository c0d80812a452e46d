#include "operate/migrations/sql_script.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "operate/migrations/sql_tokens.hpp"

namespace stele::ops {

namespace {

std::string_view what_is_open(std::string_view text) {
    if (text.starts_with("/*")) return "comment";
    if (text.starts_with('$')) return "dollar-quoted string";
    const bool identifier = text.starts_with('"') || text.substr(0, 3).ends_with("&\"");
    return identifier ? "quoted identifier" : "string";
}

}  // namespace

std::vector<ScriptStatement> split_script(std::string_view script) {
    std::vector<ScriptStatement> out;
    Tokenizer tokens(script);
    StatementEnds ends;
    bool open = false;
    for (Token token; tokens.next(token);) {
        if (token.kind == TokenKind::comment) continue;
        if (token.kind == TokenKind::unterminated)
            throw Error(Code::configuration,
                        fmt::format("line {}: the {} is never closed: {}", token.line,
                                    what_is_open(token.text), excerpt(token.text, 40)));
        if (ends.ends_with(token)) {
            open = false;
            continue;
        }
        if (!open) out.push_back({token.text, int(token.line), {}});
        open = true;
        ScriptStatement& statement = out.back();
        const char* begin = statement.text.data();
        statement.text = {begin, std::size_t(token.text.data() + token.text.size() - begin)};
        if (token.kind == TokenKind::word || token.kind == TokenKind::quoted)
            statement.words.push_back(name_of(token));
    }
    return out;
}

}  // namespace stele::ops
