#include "ops/sql_script.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace stele::ops {

namespace {

bool is_word_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}
bool is_word(char c) {
    return is_word_start(c) || (c >= '0' && c <= '9') || c == '$';
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    return out;
}

class Splitter {
  public:
    explicit Splitter(std::string_view script) : script_(script) {}

    std::vector<ScriptStatement> split() {
        while (at_ < script_.size()) step();
        finish();
        return std::move(out_);
    }

  private:
    void step() {
        const char c = script_[at_];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
            ++at_;
        } else if (starts("--")) {
            at_ = std::min(script_.find('\n', at_), script_.size());
        } else if (starts("/*")) {
            skip_comment();
        } else if (c == ';' && parentheses_ == 0 && blocks_ == 0) {
            finish();
            ++at_;
        } else {
            if (!open_) begin();
            token(c);
            end_ = at_;
        }
    }

    void token(char c) {
        if (c == '\'') return skip_quoted('\'', false);
        if (c == '"') return quoted_identifier();
        if (c == '$') return dollar();
        if (is_word_start(c)) return word();
        if (c == '(') ++parentheses_;
        if (c == ')') parentheses_ = std::max(parentheses_ - 1, 0);
        ++at_;
        // A number's digits belong together: 1e5 is no identifier e5.
        if (c >= '0' && c <= '9')
            while (at_ < script_.size() && is_word(script_[at_])) ++at_;
    }

    void begin() {
        open_ = true;
        start_ = at_;
        words_.clear();
        parentheses_ = blocks_ = 0;
    }

    void finish() {
        if (!open_) return;
        open_ = false;
        const int line = 1 + int(std::count(script_.begin(), script_.begin() + long(start_), '\n'));
        out_.push_back({script_.substr(start_, end_ - start_), line, std::move(words_)});
    }

    bool starts(std::string_view text) const { return script_.substr(at_).starts_with(text); }

    void skip_comment() {
        const std::size_t from = at_;
        int depth = 0;
        do {
            if (starts("/*")) {
                ++depth;
                at_ += 2;
            } else if (starts("*/")) {
                --depth;
                at_ += 2;
            } else if (at_ >= script_.size()) {
                unterminated("comment", from);
            } else {
                ++at_;
            }
        } while (depth > 0);
    }

    // At the opening quote; a doubled one stands for itself.
    void skip_quoted(char quote, bool backslashes) {
        const std::size_t from = at_++;
        for (; at_ < script_.size(); ++at_) {
            if (backslashes && script_[at_] == '\\') {
                ++at_;
            } else if (script_[at_] == quote) {
                ++at_;
                if (at_ >= script_.size() || script_[at_] != quote) return;
            }
        }
        unterminated(quote == '"' ? "quoted identifier" : "string", from);
    }

    void quoted_identifier() {
        const std::size_t from = at_;
        skip_quoted('"', false);
        std::string name(script_.substr(from + 1, at_ - from - 2));
        for (auto twice = name.find("\"\""); twice != std::string::npos;
             twice = name.find("\"\"", twice + 1))
            name.erase(twice, 1);
        words_.push_back(std::move(name));
    }

    // $tag$ … $tag$, or a parameter such as $1.
    void dollar() {
        std::size_t end = at_ + 1;
        if (end < script_.size() && is_word_start(script_[end]))
            while (end < script_.size() && is_word(script_[end]) && script_[end] != '$') ++end;
        if (end >= script_.size() || script_[end] != '$') {
            ++at_;
            return;
        }
        const std::string_view tag = script_.substr(at_, end + 1 - at_);
        const auto close = script_.find(tag, end + 1);
        if (close == std::string_view::npos) unterminated("dollar-quoted string", at_);
        at_ = close + tag.size();
    }

    void word() {
        const std::size_t from = at_;
        while (at_ < script_.size() && is_word(script_[at_])) ++at_;
        std::string text = lower(script_.substr(from, at_ - from));
        if (text == "e" && at_ < script_.size() && script_[at_] == '\'')
            return skip_quoted('\'', true);
        count_blocks(text);
        words_.push_back(std::move(text));
    }

    // The body of an SQL-standard function holds semicolons between BEGIN ATOMIC and END.
    void count_blocks(const std::string& text) {
        if (words_.empty() || words_.front() != "create") return;
        if (text == "atomic" && words_.back() == "begin")
            blocks_ = 1;
        else if (text == "case" && blocks_ > 0)
            ++blocks_;
        else if (text == "end" && blocks_ > 0)
            --blocks_;
    }

    [[noreturn]] void unterminated(std::string_view what, std::size_t from) const {
        const auto line = 1 + std::count(script_.begin(), script_.begin() + long(from), '\n');
        throw Error(Code::configuration, fmt::format("line {}: the {} is never closed: {}", line,
                                                     what, excerpt(script_.substr(from), 40)));
    }

    std::string_view script_;
    std::size_t at_ = 0;
    std::size_t start_ = 0;
    std::size_t end_ = 0;
    bool open_ = false;
    int parentheses_ = 0;
    int blocks_ = 0;
    std::vector<std::string> words_;
    std::vector<ScriptStatement> out_;
};

}  // namespace

std::vector<ScriptStatement> split_script(std::string_view script) {
    return Splitter(script).split();
}

}  // namespace stele::ops
