#include "foundation/base/json_repair.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "foundation/base/error.hpp"
#include "foundation/base/json_text.hpp"
#include "foundation/base/text.hpp"

namespace stele {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::size_t kEscape = 6;  // \u and four digits

// The code unit that an escape of the form \uXXXX names.
std::optional<unsigned> code_unit(std::string_view text) {
    if (text.size() < kEscape || text[0] != '\\' || text[1] != 'u') return std::nullopt;
    unsigned unit = 0;
    const char* end = text.data() + kEscape;
    const auto [stop, error] = std::from_chars(text.data() + 2, end, unit, 16);
    if (error != std::errc() || stop != end) return std::nullopt;
    return unit;
}

// Writes JSON text anew with what parsers refuse in it replaced.
class Repair {
  public:
    explicit Repair(std::string_view text) : rest_(text) {}

    std::string run() {
        while (!rest_.empty()) {
            if (!quoted_)
                outside();
            else if (rest_[0] == '\\')
                escape();
            else
                character();
        }
        return std::move(out_);
    }

    std::size_t replaced() const { return replaced_; }

  private:
    void copy(std::size_t count) {
        out_ += rest_.substr(0, count);
        rest_.remove_prefix(std::min(count, rest_.size()));
    }

    void replace(std::size_t count, std::string_view with) {
        out_ += with;
        rest_.remove_prefix(count);
        ++replaced_;
    }

    void outside() {
        for (const std::string_view name : {"NaN", "Infinity", "-Infinity"})
            if (rest_.starts_with(name)) return replace(name.size(), "null");
        quoted_ = rest_[0] == '"';
        copy(1);
    }

    void character() {
        const auto c = static_cast<unsigned char>(rest_[0]);
        if (c >= 0x20) {
            quoted_ = c != '"';
            return copy(1);
        }
        out_ += fmt::format("\\u{:04x}", c);
        rest_.remove_prefix(1);
    }

    void escape() {
        const auto unit = code_unit(rest_);
        if (!unit) {
            const bool known =
                rest_.size() > 1 && std::string_view("\"\\/bfnrt").find(rest_[1]) != rest_.npos;
            if (known) return copy(2);
            return replace(1, "\\\\");
        }
        const bool first_half = *unit >= 0xD800 && *unit < 0xDC00;
        const auto second = first_half ? code_unit(rest_.substr(kEscape)) : std::nullopt;
        if (second && *second >= 0xDC00 && *second < 0xE000) return copy(2 * kEscape);
        if (*unit == 0 || (*unit >= 0xD800 && *unit < 0xE000)) return replace(kEscape, "\\ufffd");
        copy(kEscape);
    }

    std::string_view rest_;
    std::string out_;
    bool quoted_ = false;
    std::size_t replaced_ = 0;
};

}  // namespace

RepairedJson parse_json_repaired(std::string_view text, std::string_view what) {
    if (text.find("\\u0000") == text.npos) {
        try {
            return {parse_stored_json(text, what), 0};
        } catch (const Error&) {
            // Looked at more closely below.
        }
    }
    Repair repair(text);
    const std::string repaired = repair.run();
    return {parse_stored_json(repaired, what), repair.replaced()};
}

std::size_t replace_unstorable(std::string& text) {
    std::size_t replaced = 0;
    if (text.find('\0') != text.npos) {
        std::string out;
        for (const char c : text) {
            replaced += c == '\0';
            c == '\0' ? out += kReplacement : out += c;
        }
        text = std::move(out);
    }
    if (!invalid_utf8_at(text)) return replaced;
    std::string out;
    std::string_view rest = text;
    while (const auto bad = invalid_utf8_at(rest)) {
        out += rest.substr(0, *bad);
        out += kReplacement;
        ++replaced;
        rest.remove_prefix(*bad + 1);
    }
    out += rest;
    text = std::move(out);
    return replaced;
}

}  // namespace stele
