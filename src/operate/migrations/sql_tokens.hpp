// SQL cut into tokens by PostgreSQL's own lexer, which libpg_query carries.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stele::ops {

enum class TokenKind : std::uint8_t {
    word,          // a keyword or an identifier, as written
    quoted,        // "an identifier", U&"one with escapes"
    string,        // '…' with its continuations and prefixes; $tag$…$tag$
    other,         // a number, a parameter, an operator, one of ( ) [ ] , ; .
    comment,       // from -- to the end of the line, /* … */
    unterminated,  // the rest of the text: a comment, string or quote that is never closed
};

struct Token {
    TokenKind kind = TokenKind::word;
    std::uint32_t line = 0;  // where it begins; the first is 1
    std::string_view text;   // as written; points into the text that was cut
};

using Tokens = std::span<const Token>;

struct ScannedSql {
    std::vector<Token> tokens;  // without the comments
    std::vector<Token> comments;
};

// `line` is the number of the text's first line. A literal that only a newer server knows (0x1F,
// 1_000) is a token of kind `other`. A NUL ends SQL, so the rest behind it is `unterminated`.
ScannedSql scan_sql(std::string_view text, std::uint32_t line = 1);

// An unquoted word equals `lower`, a lower-case keyword.
bool is_word(const Token& token, std::string_view lower);
inline bool is_symbol(const Token& token, std::string_view symbol) {
    return token.kind == TokenKind::other && token.text == symbol;
}
// The name that a word or a quoted identifier stands for: folded to lower case, or unquoted.
std::string name_of(const Token& token);

// How many tokens follow each other without a comma or a semicolon, in any one pair of parentheses.
// Operators in a row nest, and the library's own recursion over them has no bound.
std::size_t longest_run(Tokens tokens);

// Finds the semicolons that end a statement: not those in parentheses (rules) nor those in the body
// of a BEGIN ATOMIC function. The rule is psql's, so it holds for syntax of newer servers as well.
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
