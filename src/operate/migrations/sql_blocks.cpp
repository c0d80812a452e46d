#include "operate/migrations/sql_blocks.hpp"

#include <algorithm>

namespace stele::ops {

namespace {

// Cuts one body. A CASE inside an expression has its own THEN and ELSE; one that begins a statement
// is PL/pgSQL's.
class Pieces {
  public:
    explicit Pieces(Tokens body) : body_(body) {}

    std::vector<Tokens> cut() {
        for (; at_ < body_.size(); ++at_) step(body_[at_]);
        finish();
        return std::move(out_);
    }

  private:
    void step(const Token& token) {
        if (token.kind == TokenKind::symbol) {
            if (token.text == "(") ++parentheses_;
            if (token.text == ")") parentheses_ = std::max(parentheses_ - 1, 0);
            if (token.text == ";" && parentheses_ == 0) finish();
            return;
        }
        if (token.kind != TokenKind::word || parentheses_ > 0) return;
        if (is_word(token, "case") && at_ > start_)
            ++cases_;
        else if (is_word(token, "end") && cases_ > 0)
            --cases_;
        else if (cases_ == 0 && begins_statements(token))
            finish();
    }

    static bool begins_statements(const Token& word) {
        for (const char* keyword : {"begin", "then", "else", "loop"})
            if (is_word(word, keyword)) return true;
        return false;
    }

    // The piece before the token here.
    void finish() {
        if (at_ > start_) out_.push_back(body_.subspan(start_, at_ - start_));
        start_ = at_ + 1;
        cases_ = 0;
    }

    Tokens body_;
    std::size_t at_ = 0;
    std::size_t start_ = 0;
    int parentheses_ = 0;
    int cases_ = 0;
    std::vector<Tokens> out_;
};

}  // namespace

std::vector<Token> tokens_of_block(Tokens statement) {
    const Token* body = nullptr;
    Cursor at(statement);
    for (at.skip(); !at.done(); at.skip()) {
        if (at.at("language") && !is_word(at.ahead(1), "plpgsql")) return {};
        if (at.here().kind == TokenKind::string && at.here().text.starts_with('$'))
            body = &at.here();
    }
    if (!body) return {};
    const std::size_t tag = body->text.find('$', 1) + 1;
    Tokenizer tokens(body->text.substr(tag, body->text.size() - 2 * tag), body->line);
    std::vector<Token> out;
    for (Token token; tokens.next(token);)
        if (token.kind != TokenKind::comment) out.push_back(token);
    return out;
}

std::vector<Tokens> pieces_of_block(Tokens body) {
    return Pieces(body).cut();
}

}  // namespace stele::ops
