// Reads a statement's tokens from left to right; what is not there is not taken.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "operate/migrations/sql_tokens.hpp"

namespace stele::ops {

using Tokens = std::span<const Token>;

class Cursor {
  public:
    explicit Cursor(Tokens tokens) : tokens_(tokens) {}

    bool done() const { return at_ == tokens_.size(); }
    // The token here; an empty one at the end.
    const Token& here() const { return ahead(0); }
    const Token& ahead(std::size_t n) const;
    Tokens rest() const { return tokens_.subspan(at_); }
    void skip() { at_ += at_ < tokens_.size(); }

    // The words, symbols or numbers given stand here, in this order. `take` also moves behind them.
    template <class... W>
    bool at(const W&... words) const {
        std::size_t n = 0;
        return (matches(ahead(n++), words) && ...);
    }
    template <class... W>
    bool take(const W&... words) {
        if (!at(words...)) return false;
        at_ += sizeof...(words);
        return true;
    }
    bool take_if_exists() { return take("if", "exists"); }
    bool take_if_not_exists() { return take("if", "not", "exists"); }

    // [schema.]name as one text, "public." left out; "" when there is none.
    std::string name();
    // Names with commas between; an argument list behind a name is passed over.
    std::vector<std::string> names();
    // Moves behind the bracket that closes the one here; does nothing at anything else.
    void skip_parentheses();
    // Moves to the word or symbol outside parentheses; false, and to the end, when there is none.
    bool find(std::string_view wanted);
    // The tokens up to the next comma outside parentheses, which is passed.
    Tokens part();

  private:
    static bool matches(const Token& token, std::string_view text) {
        const bool number = token.kind == TokenKind::number && token.text == text;
        return number || is_word(token, text) || is_symbol(token, text);
    }

    Tokens tokens_;
    std::size_t at_ = 0;
};

}  // namespace stele::ops
