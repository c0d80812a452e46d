#include "operate/migrations/sql_tokens.hpp"

#include <algorithm>

namespace stele::ops {

namespace {

constexpr std::string_view kOperators = "+-*/<>=~!@#%^&|`?:";

bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool starts_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}
bool in_word(char c) {
    return starts_word(c) || is_digit(c) || c == '$';
}
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

}  // namespace

bool Tokenizer::next(Token& out) {
    skip_space();
    if (at_ >= text_.size()) return false;
    const std::size_t from = at_;
    out.line = line_;
    out.kind = scan();
    out.text = text_.substr(from, at_ - from);
    line_ += std::uint32_t(std::count(out.text.begin(), out.text.end(), '\n'));
    return true;
}

void Tokenizer::skip_space() {
    for (; at_ < text_.size() && is_space(text_[at_]); ++at_)
        if (text_[at_] == '\n') ++line_;
}

TokenKind Tokenizer::scan() {
    const char c = text_[at_];
    if (starts_word(c)) return word();
    if (c == '\'') return string(false);
    if (c == '"') return quoted('"', false) ? TokenKind::quoted : unterminated();
    if (c == '$') return dollar();
    if (starts("--")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
        return TokenKind::comment;
    }
    if (starts("/*")) return block_comment();
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])))
        return number();
    return symbol();
}

TokenKind Tokenizer::word() {
    const std::size_t from = at_;
    while (at_ < text_.size() && in_word(text_[at_])) ++at_;
    if (at_ - from != 1) return TokenKind::word;
    const char prefix = lower(text_[from]);
    if (prefix == 'u' && (starts("&'") || starts("&\""))) {
        ++at_;
        if (text_[at_] == '\'') return string(false);
        return quoted('"', false) ? TokenKind::quoted : unterminated();
    }
    const bool prefixes = prefix == 'e' || prefix == 'b' || prefix == 'x' || prefix == 'n';
    if (prefixes && starts("'")) return string(prefix == 'e');
    return TokenKind::word;
}

TokenKind Tokenizer::block_comment() {
    int depth = 0;
    while (at_ < text_.size()) {
        if (starts("/*")) {
            ++depth;
            at_ += 2;
        } else if (starts("*/")) {
            at_ += 2;
            if (--depth == 0) return TokenKind::comment;
        } else {
            ++at_;
        }
    }
    return unterminated();
}

// 'one' and, after a line break, 'two' are one string, and an E'…' goes on as such.
TokenKind Tokenizer::string(bool backslashes) {
    do {
        if (!quoted('\'', backslashes)) return unterminated();
    } while (continues());
    return TokenKind::string;
}

// At the opening quote; a doubled one stands for itself.
bool Tokenizer::quoted(char quote, bool backslashes) {
    for (++at_; at_ < text_.size(); ++at_) {
        if (backslashes && text_[at_] == '\\') {
            ++at_;
        } else if (text_[at_] == quote) {
            ++at_;
            if (at_ >= text_.size() || text_[at_] != quote) return true;
        }
    }
    return false;
}

// Moves to the next quote when nothing but space with a line break and -- comments lies before it.
bool Tokenizer::continues() {
    bool broken = false;
    for (std::size_t i = at_; i < text_.size(); ++i) {
        const char c = text_[i];
        if (c == '\'' && broken) {
            at_ = i;
            return true;
        }
        if (c == '-' && text_.substr(i).starts_with("--")) {
            i = std::min(text_.find('\n', i), text_.size() - 1);
            broken = true;
        } else if (!is_space(c)) {
            return false;
        } else {
            broken = broken || c == '\n' || c == '\r';
        }
    }
    return false;
}

TokenKind Tokenizer::dollar() {
    std::size_t end = at_ + 1;
    if (end < text_.size() && is_digit(text_[end])) {
        while (end < text_.size() && is_digit(text_[end])) ++end;
        at_ = end;
        return TokenKind::parameter;
    }
    while (end < text_.size() && in_word(text_[end]) && text_[end] != '$') ++end;
    if (end >= text_.size() || text_[end] != '$') {
        ++at_;
        return TokenKind::symbol;
    }
    const std::string_view tag = text_.substr(at_, end + 1 - at_);
    const auto close = text_.find(tag, end + 1);
    if (close == std::string_view::npos) return unterminated();
    at_ = close + tag.size();
    return TokenKind::string;
}

// Digits and letters belong together: 1e5 is no identifier e5. A sign only after an exponent's e.
TokenKind Tokenizer::number() {
    const bool based = text_[at_] == '0' && at_ + 1 < text_.size() && starts_word(text_[at_ + 1]);
    for (++at_; at_ < text_.size(); ++at_) {
        const char c = text_[at_];
        const bool exponent = !based && lower(text_[at_ - 1]) == 'e' && (c == '+' || c == '-') &&
                              at_ + 1 < text_.size() && is_digit(text_[at_ + 1]);
        const bool point = c == '.' && !starts("..");
        if (!in_word(c) && !point && !exponent) break;
    }
    return TokenKind::number;
}

TokenKind Tokenizer::symbol() {
    if (kOperators.find(text_[at_]) == std::string_view::npos) {
        ++at_;
        return TokenKind::symbol;
    }
    do {
        ++at_;
    } while (at_ < text_.size() && kOperators.find(text_[at_]) != std::string_view::npos &&
             !starts("--") && !starts("/*"));
    return TokenKind::symbol;
}

TokenKind Tokenizer::unterminated() {
    at_ = text_.size();
    return TokenKind::unterminated;
}

bool is_word(const Token& token, std::string_view word) {
    return token.kind == TokenKind::word && token.text.size() == word.size() &&
           std::ranges::equal(token.text, word, {}, lower);
}

std::string name_of(const Token& token) {
    std::string out;
    if (token.kind != TokenKind::quoted) {
        for (const char c : token.text) out += lower(c);
        return out;
    }
    const auto open = token.text.find('"');
    const std::string_view inside = token.text.substr(open + 1, token.text.size() - open - 2);
    for (std::size_t i = 0; i < inside.size(); ++i) {
        out += inside[i];
        if (inside[i] == '"') ++i;
    }
    return out;
}

bool StatementEnds::ends_with(const Token& token) {
    if (token.kind == TokenKind::word) count_blocks(token);
    if (token.kind == TokenKind::symbol && token.text.size() == 1) {
        const char c = token.text[0];
        if (c == '(') ++parentheses_;
        if (c == ')') parentheses_ = std::max(parentheses_ - 1, 0);
        if (c == ';' && parentheses_ == 0 && blocks_ == 0) {
            *this = {};
            return true;
        }
    }
    after_begin_ = is_word(token, "begin");
    first_ = false;
    return false;
}

// The body of an SQL-standard function holds semicolons between BEGIN ATOMIC and END.
void StatementEnds::count_blocks(const Token& word) {
    if (first_) creating_ = is_word(word, "create");
    if (!creating_) return;
    if (after_begin_ && is_word(word, "atomic"))
        blocks_ = 1;
    else if (blocks_ > 0 && is_word(word, "case"))
        ++blocks_;
    else if (blocks_ > 0 && is_word(word, "end"))
        --blocks_;
}

}  // namespace stele::ops
