#include "base/redact.hpp"

#include <algorithm>
#include <bitset>
#include <boost/regex.hpp>
#include <cctype>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <vector>

#include "base/text.hpp"

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
        add({"?key=", "&key=", "sig=", "signature=", "auth="},
            R"(([?&](?:key|sig|signature|auth)=)[^\s"'&#]{6,})", "$1***");
        add({"bearer"}, R"((\bbearer\s+)[a-z0-9._~+/=-]{6,})", "$1***");
        add({"basic"}, R"((\bbasic\s+)[a-z0-9+/=]{8,})", "$1***");
        add({"sk-"}, R"(\bsk-[a-z0-9_-]{16,})", "***");
        add({"sk_live_", "sk_test_", "rk_live_", "rk_test_"},
            R"(\b[sr]k_(?:live|test)_[a-z0-9]{16,})", "***");
        add({"ghp_", "gho_", "ghu_", "ghs_", "ghr_"}, R"(\bgh[pousr]_[a-z0-9]{20,})", "***");
        add({"github_pat_"}, R"(\bgithub_pat_[a-z0-9_]{20,})", "***");
        add({"glpat-"}, R"(\bglpat-[a-z0-9_-]{14,})", "***");
        add({"npm_", "hf_"}, R"(\b(?:npm|hf)_[a-z0-9]{30,})", "***");
        add({"aiza"}, R"(\bAIza[a-z0-9_-]{30,})", "***");
        add({"akia"}, R"(\bAKIA[0-9A-Z]{16})", "***");
        add({"xox"}, R"(\bxox[abposr]-[a-z0-9-]{10,})", "***");
        add({"eyj"}, R"(\beyJ[a-z0-9_-]{8,2048}\.[a-z0-9_-]{4,8192}\.[a-z0-9_-]*)", "***");
        add({"-----begin"},
            R"(-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?)",
            "***");
        return r;
    }();
    return kRules;
}

// name=value, name: value, "name": "value": a name is found by its rule, the value by a scan.
struct NamedRule {
    std::string_view hint;
    boost::regex head;  // the name and all that stands before the value
    std::size_t shortest;
};

const std::vector<NamedRule>& named_rules() {
    static const std::vector<NamedRule> kRules = [] {
        std::vector<NamedRule> r;
        const auto add = [&](std::string_view hint, const std::string& name, std::size_t shortest) {
            // Inside JSON text that is itself a JSON string, quotes carry backslashes.
            const std::string quote = R"((?:\\{0,8}["'])?)";
            r.push_back({hint,
                         boost::regex(name + quote + R"(\s{0,16}[=:]\s{0,16})" + quote,
                                      boost::regex::perl | boost::regex::icase),
                         shortest});
        };
        add("pass", "pass(?:word|wd|phrase)?", 1);
        add("token", "token", 6);
        add("secret", "secret", 6);
        add("key", "(?:api|access|private)[_-]?key", 6);
        return r;
    }();
    return kRules;
}

// Where a value ends: before a space, a quote or what separates values. The backslashes before a
// quote belong to the quote.
std::size_t value_end(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        at = std::min(text.find_first_of(" \t\r\n\v\f\"',;&}\\", at), text.size());
        if (at == text.size() || text[at] != '\\') break;
        const auto after = std::min(text.find_first_not_of('\\', at), text.size());
        if (after < text.size() && (text[after] == '"' || text[after] == '\'')) break;
        at = after;
    }
    return at;
}

std::string hide_named(const std::string& text, const NamedRule& rule) {
    std::string out;
    std::size_t done = 0;
    boost::smatch match;
    while (boost::regex_search(text.begin() + std::ptrdiff_t(done), text.end(), match, rule.head)) {
        const auto value = std::size_t(match[0].second - text.begin());
        const std::size_t end = value_end(text, value);
        out.append(text, done, value - done);
        if (end - value >= rule.shortest)
            out += "***";
        else
            out.append(text, value, end - value);
        done = end;
    }
    return out.append(text, done);
}

// scheme://user:password@host. A password that holds an @ as it is ends at the last one.
std::string hide_in_urls(const std::string& text) {
    constexpr const char* kEnds = " \t\r\n\v\f\"'";
    std::string out;
    std::size_t done = 0, run_end = 0, last_at = 0;
    for (auto at = text.find("://"); at != text.npos; at = text.find("://", at + 3)) {
        if (at < done) continue;
        if (at >= run_end) {
            run_end = std::min(text.find_first_of(kEnds, at), text.size());
            const auto found = std::string_view(text).substr(at, run_end - at).rfind('@');
            last_at = found == text.npos ? 0 : at + found;
        }
        const auto colon = text.find_first_of(":/@ \t\r\n\v\f\"'", at + 3);
        if (colon == text.npos || text[colon] != ':' || last_at <= colon + 1) continue;
        out.append(text, done, colon + 1 - done).append("***");
        done = last_at;
    }
    return out.append(text, done);
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

const std::vector<std::string_view>& all_hints() {
    static const std::vector<std::string_view> kHints = [] {
        std::vector<std::string_view> out{"://"};
        for (const NamedRule& rule : named_rules()) out.push_back(rule.hint);
        for (const Rule& rule : rules())
            out.insert(out.end(), rule.hints.begin(), rule.hints.end());
        return out;
    }();
    return kHints;
}

// Which two letters begin a hint, in any case: one pass over a text tells whether it can hold any.
const std::bitset<65536>& hint_beginnings() {
    static const std::bitset<65536> kBeginnings = [] {
        std::bitset<65536> out;
        for (const std::string_view hint : all_hints())
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
        if (lower_ascii(text[i]) != lower_case[i]) return false;
    return true;
}

bool any_hint_at(std::string_view text) {
    for (const std::string_view hint : all_hints())
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
    try {
        const std::string folded = lower_ascii(out);
        if (folded.find("://") != folded.npos) out = hide_in_urls(out);
        for (const NamedRule& rule : named_rules())
            if (folded.find(rule.hint) != folded.npos) out = hide_named(out, rule);
        for (const Rule& rule : rules())
            if (hinted(rule, folded))
                out = boost::regex_replace(out, rule.pattern, rule.replacement);
        return out;
    } catch (const std::runtime_error&) {
        // The expression engine gave up on a text made for that. Nothing is better than a secret.
        return "*** (a text that could not be searched for secrets)";
    }
}

void remember_secret(std::string_view value) {
    if (value.size() < 6) return;
    const std::unique_lock lock(known().mutex);
    for (const std::string& old : known().values)
        if (old == value) return;
    known().values.emplace_back(value);
}

}  // namespace stele
