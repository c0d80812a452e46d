// SQL text of people's migrations: tokens, statements, the blocks in them.
#include "fuzz.hpp"
#include "operate/migrations/sql_script.hpp"

using namespace stele;

namespace {

void check_tokens(ops::Tokens tokens, std::string_view text) {
    const char* at = text.data();
    for (const ops::Token& token : tokens) {
        fuzz::require(!token.text.empty(), "a token has text");
        fuzz::require(token.text.data() >= at, "tokens follow each other");
        at = token.text.data() + token.text.size();
        fuzz::require(at <= text.data() + text.size(), "a token lies in the text");
        ops::name_of(token);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const ops::Script script(text);
    check_tokens(script.tokens(), text);
    check_tokens(script.comments(), text);
    ops::for_each_statement(script, [&](const ops::Statement& statement) {
        fuzz::require(!statement.tokens.empty(), "a statement has tokens");
        const char* place = statement.tokens.front().text.data();
        fuzz::require(place >= text.data() && place < text.data() + size, "it lies in the text");
        fuzz::require(
            statement.open() || !statement.root().empty() || !statement.tree.problem.empty(),
            "a statement is read, or it is said why not");
        statement.root().walk([](const ops::Node& node) {
            node.name();
            return true;
        });
    });
    fuzz::accepts([&] {
        for (const ops::ScriptStatement& one : ops::split_script(text))
            fuzz::require(!one.text.empty() && one.line >= 1, "a statement has text and a line");
    });
    return 0;
}
