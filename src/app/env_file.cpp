#include <fmt/format.h>

#include "app/guard.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"

namespace stele::app {

namespace {

bool is_name(std::string_view text) {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    if (text.empty() || !letter(text.front())) return false;
    for (const char c : text)
        if (!letter(c) && !(c >= '0' && c <= '9')) return false;
    return true;
}

// Reads a file from its start; a quoted value may go over several lines.
class EnvReader {
  public:
    EnvReader(std::string_view text, std::string_view name) : text_(text), name_(name) {
        if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    }

    std::map<std::string, std::string> read() {
        std::map<std::string, std::string> out;
        for (; at_ < text_.size(); ++line_) {
            const std::size_t end = std::min(text_.find('\n', at_), text_.size());
            std::string_view line = trim(text_.substr(at_, end - at_));
            if (line.empty() || line.front() == '#') {
                at_ = end + 1;
                continue;
            }
            const auto equals = line.find('=');
            if (equals == line.npos) wrong("expected KEY=VALUE");
            std::string_view key = trim(line.substr(0, equals));
            if (key.starts_with("export ")) key = trim(key.substr(7));
            if (!is_name(key)) wrong("the name has other characters than letters, digits and _");
            at_ = std::size_t(line.data() - text_.data()) + equals + 1;
            out[std::string(key)] = value();
        }
        return out;
    }

  private:
    [[noreturn]] void wrong(std::string_view what) const {
        throw Error(Code::configuration, fmt::format("{}:{}: {}", name_, line_, what),
                    "lines are KEY=VALUE, comments begin with #");
    }

    // Moves behind the line that the value ends on.
    std::string value() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
        if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) return quoted();
        const std::size_t end = std::min(text_.find('\n', at_), text_.size());
        std::string_view rest = text_.substr(at_, end - at_);
        at_ = end + 1;
        if (rest.starts_with('#')) return "";
        for (std::size_t i = 1; i < rest.size(); ++i)
            if (rest[i] == '#' && (rest[i - 1] == ' ' || rest[i - 1] == '\t'))
                rest = rest.substr(0, i);
        return std::string(trim(rest));
    }

    std::string quoted() {
        const char quote = text_[at_++];
        std::string out;
        const int began = line_;
        for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
            char c = text_[at_];
            if (c == '\n') ++line_;
            if (c == '\\' && quote == '"' && at_ + 1 < text_.size()) {
                c = text_[++at_];
                if (c == 'n') c = '\n';
            }
            out += c;
        }
        if (at_ >= text_.size()) {
            line_ = began;
            wrong("the quote is never closed");
        }
        ++at_;
        const std::size_t end = std::min(text_.find('\n', at_), text_.size());
        const std::string_view rest = trim(text_.substr(at_, end - at_));
        if (!rest.empty() && rest.front() != '#')
            wrong("something stands behind the closing quote");
        at_ = end + 1;
        return out;
    }

    const std::string_view text_, name_;
    std::size_t at_ = 0;
    int line_ = 1;
};

}  // namespace

std::map<std::string, std::string> parse_env_file(std::string_view text, std::string_view name) {
    return EnvReader(text, name).read();
}

}  // namespace stele::app
