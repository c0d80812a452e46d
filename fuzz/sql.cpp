// SQL text of people's migrations: tokens, statements, the blocks in them.
#include "fuzz.hpp"
#include "operate/migrations/sql_blocks.hpp"
#include "operate/migrations/sql_script.hpp"

using namespace stele;

namespace {

void read_block(ops::Tokens statement) {
    const std::vector<ops::Token> body = ops::tokens_of_block(statement);
    for (const ops::Tokens piece : ops::pieces_of_block(body)) {
        ops::Cursor cursor(piece);
        cursor.name();
        cursor.names();
        cursor.find(";");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    ops::Tokenizer tokenizer(text);
    std::vector<ops::Token> tokens;
    const char* at = text.data();
    for (ops::Token token; tokenizer.next(token);) {
        fuzz::require(!token.text.empty(), "a token has text");
        fuzz::require(token.text.data() >= at, "tokens follow each other");
        at = token.text.data() + token.text.size();
        fuzz::require(at <= text.data() + size, "a token lies in the text");
        ops::name_of(token);
        if (token.kind != ops::TokenKind::comment) tokens.push_back(token);
    }
    read_block(tokens);
    fuzz::accepts([&] {
        for (const ops::ScriptStatement& one : ops::split_script(text))
            fuzz::require(!one.text.empty() && one.line >= 1, "a statement has text and a line");
    });
    return 0;
}
