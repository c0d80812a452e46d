#include "operate/migrations/sql_tokens.hpp"

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#include <algorithm>
#include <memory>

namespace stele::ops {

namespace {

// So many literals of a newer server are passed over in one text; behind them nothing is read.
constexpr int kMostUnknown = 100;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}
bool in_word(char c) {
    const char small = lower(c);
    return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}
bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// The library counts places in characters, from 1.
std::size_t byte_of(std::string_view text, int character) {
    std::size_t at = 0;
    while (at < text.size() && ((text[at] & 0xC0) == 0x80 || --character > 0)) ++at;
    return at;
}

struct Scanned {
    explicit Scanned(const std::string& text) : result(pg_query_scan(text.c_str())) {}
    ~Scanned() { pg_query_free_scan_result(result); }
    Scanned(const Scanned&) = delete;
    Scanned& operator=(const Scanned&) = delete;

    PgQueryScanResult result;
};

TokenKind kind_of(const PgQuery__ScanToken& token, std::string_view text) {
    switch (token.token) {
        case PG_QUERY__TOKEN__SQL_COMMENT:
        case PG_QUERY__TOKEN__C_COMMENT:
            return TokenKind::comment;
        case PG_QUERY__TOKEN__SCONST:
        case PG_QUERY__TOKEN__USCONST:
        case PG_QUERY__TOKEN__BCONST:
        case PG_QUERY__TOKEN__XCONST:
            return TokenKind::string;
        case PG_QUERY__TOKEN__UIDENT:
            return TokenKind::quoted;
        case PG_QUERY__TOKEN__IDENT:
            return text.starts_with('"') ? TokenKind::quoted : TokenKind::word;
        default:
            return token.keyword_kind == PG_QUERY__KEYWORD_KIND__NO_KEYWORD ? TokenKind::other
                                                                            : TokenKind::word;
    }
}

class Reader {
  public:
    Reader(std::string_view text, std::uint32_t line)
        : text_(text), readable_(text.substr(0, text.find('\0'))), at_(text.data()), line_(line) {}

    ScannedSql read() {
        for (int unknown = 0;; ++unknown) {
            const Scanned scanned(readable_);
            if (!scanned.result.error) {
                take(scanned.result.pbuf);
                break;
            }
            pass_over(*scanned.result.error, unknown == kMostUnknown);
        }
        if (readable_.size() < text_.size())
            add(TokenKind::unterminated, text_.substr(readable_.size()));
        return std::move(out_);
    }

  private:
    // What is never closed ends the text. Any other literal becomes a number of the same length.
    void pass_over(const PgQueryError& error, bool last) {
        const std::size_t at = byte_of(readable_, error.cursorpos);
        const bool open = std::string_view(error.message).starts_with("unterminated");
        if (open || last || at >= readable_.size()) {
            readable_.resize(at < readable_.size() ? at : 0);
            return;
        }
        std::size_t end = std::min(at + 2, readable_.size());
        while (end < readable_.size() && in_word(readable_[end])) ++end;
        std::fill(readable_.begin() + std::ptrdiff_t(at), readable_.begin() + std::ptrdiff_t(end),
                  '0');
    }

    void take(const PgQueryProtobuf& packed) {
        const std::unique_ptr<PgQuery__ScanResult, decltype([](PgQuery__ScanResult* result) {
                                  pg_query__scan_result__free_unpacked(result, nullptr);
                              })>
            result(pg_query__scan_result__unpack(
                nullptr, packed.len, reinterpret_cast<const std::uint8_t*>(packed.data)));
        if (!result) return;
        for (std::size_t i = 0; i < result->n_tokens; ++i) {
            const PgQuery__ScanToken& token = *result->tokens[i];
            const auto from = std::size_t(token.start);
            auto to = std::size_t(token.end);
            const bool escapes =
                token.token == PG_QUERY__TOKEN__UIDENT || token.token == PG_QUERY__TOKEN__USCONST;
            if (escapes) {  // the library does not say where U&'…' ends
                to = i + 1 < result->n_tokens ? std::size_t(result->tokens[i + 1]->start)
                                              : readable_.size();
                while (to > from + 1 && is_space(readable_[to - 1])) --to;
            }
            const std::string_view text = text_.substr(from, to - from);
            add(kind_of(token, text), text);
        }
    }

    void add(TokenKind kind, std::string_view text) {
        line_ += std::uint32_t(std::count(at_, text.data(), '\n'));
        at_ = text.data();
        (kind == TokenKind::comment ? out_.comments : out_.tokens).push_back({kind, line_, text});
    }

    std::string_view text_;
    std::string readable_;
    const char* at_;  // the place that line_ is the line of
    std::uint32_t line_;
    ScannedSql out_;
};

}  // namespace

ScannedSql scan_sql(std::string_view text, std::uint32_t line) {
    return Reader(text, line).read();
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

std::size_t longest_run(Tokens tokens) {
    std::vector<std::size_t> runs{0};  // of the open pairs of parentheses
    std::size_t longest = 0;
    for (const Token& token : tokens) {
        longest = std::max(longest, ++runs.back());
        if (is_symbol(token, ",") || is_symbol(token, ";")) runs.back() = 0;
        if (is_symbol(token, "(")) runs.push_back(0);
        if (is_symbol(token, ")") && runs.size() > 1) runs.pop_back();
    }
    return longest;
}

bool StatementEnds::ends_with(const Token& token) {
    if (token.kind == TokenKind::word) count_blocks(token);
    if (token.kind == TokenKind::other && token.text.size() == 1) {
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
