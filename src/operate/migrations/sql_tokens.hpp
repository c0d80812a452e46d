// Cuts SQL into tokens, as the server's own lexer does (standard_conforming_strings is on).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stele::ops {

enum class TokenKind : std::uint8_t {
    word,    // a keyword or an identifier, as written
    quoted,  // "an identifier", U&"one with escapes"
    string,  // '…', E'…', B'…', X'…', N'…', U&'…', with its continuations; $tag$…$tag$
    number,        // 1, 1.5e-3, 0x1F, 1_000
    parameter,     // $1
    symbol,        // an operator such as <> or ::, or one of ( ) [ ] , ; .
    comment,       // from -- to the end of the line, /* … */
    unterminated,  // the rest of the text: a comment, string or quote that is never closed
};

struct Token {
    TokenKind kind = TokenKind::word;
    std::uint32_t line = 0;  // where it begins; the first is 1
    std::string_view text;   // as written; points into the text that was cut
};

class Tokenizer {
  public:
    // `line` is the number of the text's first line.
    explicit Tokenizer(std::string_view text, std::uint32_t line = 1) : text_(text), line_(line) {}
    // False at the end. After an unterminated token nothing follows.
    bool next(Token& out);

  private:
    bool starts(std::string_view text) const { return text_.substr(at_).starts_with(text); }
    void skip_space();
    TokenKind scan();
    TokenKind word();
    TokenKind block_comment();
    TokenKind string(bool backslashes);
    bool quoted(char quote, bool backslashes);
    bool continues();
    TokenKind dollar();
    TokenKind number();
    TokenKind symbol();
    TokenKind unterminated();

    std::string_view text_;
    std::size_t at_ = 0;
    std::uint32_t line_;
};

// An unquoted word equals `lower`, a lower-case keyword.
bool is_word(const Token& token, std::string_view lower);
inline bool is_symbol(const Token& token, std::string_view symbol) {
    return token.kind == TokenKind::symbol && token.text == symbol;
}
// The name that a word or a quoted identifier stands for: folded to lower case, or unquoted.
std::string name_of(const Token& token);

// Finds the semicolons that end a statement: not those in parentheses (rules) nor those in the body
// of a BEGIN ATOMIC function.
class StatementEnds {
  public:
    // To be called for every token that is not a comment, in order.
    bool ends_with(const Token& token);

  private:
    void count_blocks(const Token& word);

    int parentheses_ = 0;
    int blocks_ = 0;
    bool first_ = true;
    bool creating_ = false;
    bool after_begin_ = false;
};

}  // namespace stele::ops
