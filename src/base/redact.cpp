#include "base/redact.hpp"

#include <array>
#include <bitset>
#include <boost/regex.hpp>
#include <cctype>
#include <mutex>
#include <shared_mutex>
#include <vector>

namespace stele {

namespace {

// Boost's, not the standard library's: that one recurses once a character and overflows the stack.
struct Rule {
    std::vector<std::string_view> hints;  // text without any of them (in lower case) cannot match
    boost::regex pattern;
    const char* replacement;
};

const std::vector<Rule>& rules() {
    constexpr auto kFlags = boost::regex::perl | boost::regex::icase | boost::regex::optimize;
    static const std::vector<Rule> kRules = [] {
        std::vector<Rule> r;
        const auto add = [&](std::vector<std::string_view> hints, const char* pattern,
                             const char* replacement) {
            r.push_back({std::move(hints), boost::regex(pattern, kFlags), replacement});
        };
        add({"://"}, R"(([a-z][a-z0-9+.-]*://[^\s:/@"']*):[^\s@"']+@)", "$1:***@");
        add({"pass"}, R"((\b[a-z_-]*pass(?:word|wd)?["']?\s*[=:]\s*["']?)[^\s"',;&}]+)", "$1***");
        add({"token"}, R"((\b[a-z_-]*token["']?\s*[=:]\s*["']?)[^\s"',;&}]{6,})", "$1***");
        add({"secret"}, R"((\b[a-z_-]*secret["']?\s*[=:]\s*["']?)[^\s"',;&}]{6,})", "$1***");
        add({"key"},
            R"((\b[a-z_-]*(?:api|access|private)[_-]?key["']?\s*[=:]\s*["']?)[^\s"',;&}]{6,})",
            "$1***");
        add({"bearer"}, R"((\bbearer\s+)[a-z0-9._~+/=-]{6,})", "$1***");
        add({"basic"}, R"((\bbasic\s+)[a-z0-9+/=]{8,})", "$1***");
        add({"sk-"}, R"(\bsk-[a-z0-9_-]{16,})", "***");
        add({"ghp_", "gho_", "ghu_", "ghs_", "ghr_"}, R"(\bgh[pousr]_[a-z0-9]{20,})", "***");
        add({"github_pat_"}, R"(\bgithub_pat_[a-z0-9_]{20,})", "***");
        add({"akia"}, R"(\bAKIA[0-9A-Z]{16})", "***");
        add({"xox"}, R"(\bxox[abposr]-[a-z0-9-]{10,})", "***");
        add({"eyj"}, R"(\beyJ[a-z0-9_-]{8,}\.[a-z0-9_-]{4,}\.[a-z0-9_-]*)", "***");
        add({"-----begin"},
            R"(-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?)",
            "***");
        return r;
    }();
    return kRules;
}

struct Known {
    std::shared_mutex mutex;
    std::vector<std::string> values;
};

Known& known() {
    static Known instance;
    return instance;
}

void replace_all(std::string& text, const std::string& what) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 3))
        text.replace(at, what.size(), "***");
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    return out;
}

// Which two letters begin a hint, in any case: one pass over a text tells whether it can hold any.
const std::bitset<65536>& hint_beginnings() {
    static const std::bitset<65536> kBeginnings = [] {
        std::bitset<65536> out;
        for (const Rule& rule : rules())
            for (const std::string_view hint : rule.hints)
                for (const int a : {std::tolower(hint[0]), std::toupper(hint[0])})
                    for (const int b : {std::tolower(hint[1]), std::toupper(hint[1])})
                        out.set(std::size_t(a) << 8 | std::size_t(b));
        return out;
    }();
    return kBeginnings;
}

bool equal_folded(std::string_view text, std::string_view lower_case) {
    if (text.size() < lower_case.size()) return false;
    for (std::size_t i = 0; i < lower_case.size(); ++i)
        if (std::tolower(static_cast<unsigned char>(text[i])) != lower_case[i]) return false;
    return true;
}

bool any_hint_at(std::string_view text) {
    for (const Rule& rule : rules())
        for (const std::string_view hint : rule.hints)
            if (equal_folded(text, hint)) return true;
    return false;
}

bool hinted(const Rule& rule, std::string_view folded) {
    for (const std::string_view hint : rule.hints)
        if (folded.find(hint) != std::string_view::npos) return true;
    return false;
}

}  // namespace

bool may_hold_secret(std::string_view text) {
    {
        const std::shared_lock lock(known().mutex);
        for (const std::string& value : known().values)
            if (text.find(value) != std::string_view::npos) return true;
    }
    const auto& beginnings = hint_beginnings();
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        const auto pair = std::size_t(static_cast<unsigned char>(text[i])) << 8 |
                          static_cast<unsigned char>(text[i + 1]);
        if (beginnings[pair] && any_hint_at(text.substr(i))) return true;
    }
    return false;
}

std::string redact(std::string_view text) {
    if (!may_hold_secret(text)) return std::string(text);
    std::string out(text);
    {
        const std::shared_lock lock(known().mutex);
        for (const std::string& value : known().values) replace_all(out, value);
    }
    const std::string folded = lower(out);
    for (const Rule& rule : rules())
        if (hinted(rule, folded)) out = boost::regex_replace(out, rule.pattern, rule.replacement);
    return out;
}

void remember_secret(std::string_view value) {
    if (value.size() < 6) return;
    const std::unique_lock lock(known().mutex);
    for (const std::string& old : known().values)
        if (old == value) return;
    known().values.emplace_back(value);
}

}  // namespace stele
