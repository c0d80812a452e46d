#include "foundation/base/redact.hpp"

#include <algorithm>
#include <cctype>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include "foundation/base/secret_beginnings.hpp"
#include "foundation/base/secret_rules.hpp"
#include "foundation/base/text.hpp"

namespace stele {

namespace {

using secrets::Manner;
using secrets::NameClass;

// A value is judged by its beginning, so that a text made of beginnings costs no square.
constexpr std::size_t kJudged = 512;
constexpr std::size_t kBlanks = 16;  // at most so many between a name and its value

struct Known {
    std::shared_mutex mutex;
    std::vector<std::string> values;
};

Known& known() {
    static Known instance;
    return instance;
}

bool is_alnum(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool starts_folded(std::string_view text, std::string_view lower_case) {
    if (text.size() < lower_case.size()) return false;
    for (std::size_t i = 0; i < lower_case.size(); ++i)
        if (lower_ascii(text[i]) != lower_case[i]) return false;
    return true;
}

// One pass over a text.
class SecretScanner {
  public:
    explicit SecretScanner(std::string_view text) : text_(text) {}

    std::vector<SecretSpan> run() {
        while ((at_ = secrets::next_beginning(text_, at_)) != std::string_view::npos)
            if (!look()) ++at_;
        find_known();
        return merged();
    }

  private:
    // Each finds one kind of secret at at_, notes it and goes behind it.
    bool look() {
        return url() || query() || scheme("bearer") || scheme("basic") || jwt() || private_key() ||
               format() || named();
    }

    bool note(std::size_t begin, std::size_t end, std::string_view kind) {
        found_.push_back({begin, end, kind});
        at_ = std::max(end, at_ + 1);
        return true;
    }

    char before(std::size_t back) const { return at_ >= back ? text_[at_ - back] : ' '; }

    // The begin of a word; behind an escape such as \n in JSON text, too.
    bool at_word() const {
        if (!is_alnum(before(1)) && before(1) != '_') return true;
        return before(2) == '\\' &&
               std::string_view("nrt").find(before(1)) != std::string_view::npos;
    }

    // The same for a part of a name: DB_PASS, dbPass.
    bool at_part() const {
        return at_word() || before(1) == '_' ||
               (std::isupper(static_cast<unsigned char>(text_[at_])) &&
                !std::isupper(static_cast<unsigned char>(before(1))));
    }

    // scheme://user:password@host. A password that holds an @ as it is ends at the last one.
    bool url() {
        if (!text_.substr(at_).starts_with("://")) return false;
        if (at_ >= run_end_) {
            run_end_ = std::min(text_.find_first_of(" \t\r\n\v\f\"'`<>", at_), text_.size());
            const auto found = text_.substr(at_, run_end_ - at_).rfind('@');
            last_at_ = found == std::string_view::npos ? 0 : at_ + found;
        }
        const auto colon = text_.find_first_of(":/@?# \t\r\n\v\f\"'`<>", at_ + 3);
        if (colon == std::string_view::npos || text_[colon] != ':' || last_at_ <= colon + 1)
            return false;
        const std::string_view password = text_.substr(colon + 1, last_at_ - colon - 1);
        // host:8080/@scope
        const auto digits = password.find_first_not_of("0123456789");
        const bool port = digits != std::string_view::npos && digits > 0 && password[digits] == '/';
        if (port || secrets::is_placeholder(password.substr(0, kJudged))) return false;
        return note(colon + 1, last_at_, "password in a URL");
    }

    // ?key=… and the like: names too common elsewhere.
    bool query() {
        if (text_[at_] != '?' && text_[at_] != '&') return false;
        for (const std::string_view name :
             {"key=", "sig=", "signature=", "auth=", "x-amz-signature=", "x-amz-credential="}) {
            if (!starts_folded(text_.substr(at_ + 1), name)) continue;
            const std::size_t begin = at_ + 1 + name.size();
            constexpr const char* kEnds = " \t\r\n\"'&?#`<>";
            const std::string_view head = text_.substr(begin, kJudged);
            const std::string_view value = head.substr(0, head.find_first_of(kEnds));
            if (value.size() < 6 || secrets::is_placeholder(value) || !secrets::looks_random(value))
                return false;
            return note(begin, std::min(text_.find_first_of(kEnds, begin), text_.size()),
                        "key in a URL");
        }
        return false;
    }

    // Bearer and Basic credentials.
    bool scheme(std::string_view word) {
        if (!starts_folded(text_.substr(at_), word) || !at_word()) return false;
        const std::size_t begin = after_blanks(at_ + word.size());
        if (begin == at_ + word.size()) return false;
        std::size_t end = begin;
        while (end < text_.size() && secrets::in_alphabet(secrets::Format::base64, text_[end]))
            ++end;
        const std::string_view value = text_.substr(begin, std::min(end - begin, kJudged));
        const bool basic = word == "basic";
        const bool mixed = basic && value.ends_with('=') && value.size() % 4 == 0;
        if (value.size() < 6 || !(mixed || secrets::looks_random(value))) return false;
        return note(begin, end, basic ? "Basic credentials" : "Bearer token");
    }

    bool jwt() {
        if (!text_.substr(at_).starts_with("eyJ") || !at_word()) return false;
        std::size_t end = at_;
        for (int part = 0; part < 3; ++part) {
            const std::size_t begin = end;
            while (end < text_.size() && end - begin < 8192 &&
                   secrets::in_alphabet(secrets::Format::dashed, text_[end]))
                ++end;
            if (part < 2 && (end - begin < 4 || end >= text_.size() || text_[end] != '.')) {
                at_ = end - 1;  // nothing in between begins another
                return false;
            }
            if (part < 2) ++end;
        }
        return note(at_, end, "JSON Web Token");
    }

    bool private_key() {
        constexpr std::string_view kBegin = "-----BEGIN ", kEnd = "-----END ";
        if (!text_.substr(at_).starts_with(kBegin)) return false;
        const std::string_view line = text_.substr(at_ + kBegin.size(), 64);
        const auto dashes = line.find("-----");
        if (dashes == std::string_view::npos) return false;
        // RFC 7468: upper case and blanks. A mark left within it is none of it, so that what was
        // redacted is not redacted again.
        const std::string_view label = line.substr(0, dashes);
        if (label.find("PRIVATE KEY") == std::string_view::npos ||
            label.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ") !=
                std::string_view::npos)
            return false;
        const std::size_t body = at_ + kBegin.size() + dashes + 5;
        std::size_t end = std::min(text_.find('-', body), text_.size());
        if (text_.substr(end).starts_with(kEnd)) {
            const auto last = text_.find("-----", end + kEnd.size());
            end = last == std::string_view::npos ? text_.size() : last + 5;
        }
        return note(at_, end, "private key");
    }

    bool format() {
        if (is_alnum(before(1)) && !at_word()) return false;
        for (const secrets::Format& format : secrets::formats()) {
            const std::string_view rest = text_.substr(at_);
            if (format.exact_case ? !rest.starts_with(format.prefix)
                                  : !starts_folded(rest, format.prefix))
                continue;
            const std::size_t begin = at_ + format.prefix.size();
            std::size_t end = begin;
            while (end < text_.size() && secrets::in_alphabet(format.alphabet, text_[end])) ++end;
            const std::size_t size = end - begin;
            const std::string_view value = text_.substr(begin, std::min(size, kJudged));
            if (size >= format.least && size <= format.most && secrets::looks_random(value))
                return note(at_, end, format.kind);
            if (size >= kJudged) at_ = end - 1;  // words without end
            return false;
        }
        return false;
    }

    std::size_t after_blanks(std::size_t at) const {
        const std::size_t most = std::min(text_.size(), at + kBlanks);
        while (at < most && (text_[at] == ' ' || text_[at] == '\t')) ++at;
        return at;
    }

    // Behind a quote, where one is: inside JSON text that is itself a JSON string it has
    // backslashes.
    std::size_t after_quote(std::size_t at) const {
        std::size_t end = at;
        while (end < text_.size() && end < at + 8 && text_[end] == '\\') ++end;
        return end < text_.size() && (text_[end] == '"' || text_[end] == '\'' || text_[end] == '`')
                   ? end + 1
                   : at;
    }

    // Where a value ends: before a blank, a quote or what separates values. The backslashes before
    // a quote belong to the quote.
    std::size_t value_end(std::size_t at) const {
        while (at < text_.size()) {
            at = std::min(text_.find_first_of(" \t\r\n\v\f\"'`,;&}\\", at), text_.size());
            if (at == text_.size() || text_[at] != '\\') break;
            const auto after = std::min(text_.find_first_not_of('\\', at), text_.size());
            if (after < text_.size() && (text_[after] == '"' || text_[after] == '\'')) break;
            at = after;
        }
        return at;
    }

    struct Value {
        std::size_t begin;
        Manner manner;
    };

    // name=value, name: value, "name": "value", --name value, PASSWORD 'value'.
    std::optional<Value> value_behind(const secrets::Name& name) const {
        const std::size_t name_end = at_ + name.text.size();
        std::size_t at = after_blanks(after_quote(name_end));
        const char sign = at < text_.size() ? text_[at] : ' ';
        if (sign == '=' || sign == ':') {
            ++at;
            if (at < text_.size() && (text_[at] == '=' || text_[at] == '>')) ++at;
            const std::size_t bare = after_blanks(at);
            const std::size_t begin = after_quote(bare);
            if (begin != bare) return Value{begin, Manner::quoted};
            return Value{begin, sign == '=' && bare == at ? Manner::assigned : Manner::said};
        }
        if (at == name_end) return std::nullopt;
        if (is_flag()) return Value{after_quote(at), Manner::assigned};
        const std::size_t begin = after_quote(at);
        if (begin == at || name.group != NameClass::password) return std::nullopt;
        return Value{begin, Manner::quoted};
    }

    bool is_flag() const {
        std::size_t at = at_;
        while (at > 0 && at_ - at < 40 && (is_alnum(text_[at - 1]) || text_[at - 1] == '-')) --at;
        return text_.substr(at).starts_with("--");
    }

    bool named() {
        for (const secrets::Name& name : secrets::names()) {
            if (!starts_folded(text_.substr(at_), name.text)) continue;
            if (name.whole && !at_part()) continue;
            const auto value = value_behind(name);
            if (!value) continue;
            const std::size_t end = value_end_judged(value->begin);
            if (!secrets::is_secret_value(text_.substr(value->begin, end - value->begin),
                                          name.group, value->manner))
                return false;
            return note(value->begin, value_end(value->begin), name.kind);
        }
        return false;
    }

    std::size_t value_end_judged(std::size_t at) const {
        const SecretScanner head(text_.substr(0, std::min(text_.size(), at + kJudged)));
        return head.value_end(at);
    }

    void find_known() {
        const std::shared_lock lock(known().mutex);
        for (const std::string& value : known().values)
            for (auto at = text_.find(value); at != std::string_view::npos;
                 at = text_.find(value, at + value.size()))
                found_.push_back({at, at + value.size(), "secret of this process"});
    }

    std::vector<SecretSpan> merged() {
        std::ranges::stable_sort(found_, {}, &SecretSpan::begin);
        std::vector<SecretSpan> out;
        for (const SecretSpan& span : found_)
            if (!out.empty() && span.begin < out.back().end)
                out.back().end = std::max(out.back().end, span.end);
            else
                out.push_back(span);
        return out;
    }

    const std::string_view text_;
    std::size_t at_ = 0;
    std::size_t run_end_ = 0, last_at_ = 0;  // of the run without blanks that a URL stands in
    std::vector<SecretSpan> found_;
};

bool any_mark_at(std::string_view text) {
    for (const std::string_view mark : secrets::kMarks)
        if (starts_folded(text, mark)) return true;
    for (const secrets::Name& name : secrets::names())
        if (starts_folded(text, name.text)) return true;
    for (const secrets::Format& format : secrets::formats())
        if (starts_folded(text, lower_ascii(format.prefix))) return true;
    return false;
}

}  // namespace

std::vector<SecretSpan> find_secrets(std::string_view text) {
    return SecretScanner(text).run();
}

bool may_hold_secret(std::string_view text) {
    {
        const std::shared_lock lock(known().mutex);
        for (const std::string& value : known().values)
            if (text.find(value) != std::string_view::npos) return true;
    }
    for (std::size_t i = 0; (i = secrets::next_beginning(text, i)) != std::string_view::npos; ++i)
        if (any_mark_at(text.substr(i))) return true;
    return false;
}

std::string redact(std::string_view text) {
    std::string out(text);
    // What stands beside a secret may look like one once that is gone: hardly ever, and no text may
    // make this take long.
    for (int pass = 0; pass < 8; ++pass) {
        std::vector<SecretSpan> found = find_secrets(out);
        if (found.empty()) break;
        for (std::size_t i = found.size(); i-- > 0;)
            out.replace(found[i].begin, found[i].end - found[i].begin, "***");
    }
    return out;
}

bool is_secret_member(std::string_view name, std::string_view value) {
    const std::string folded = lower_ascii(name);
    for (const secrets::Name& known_name : secrets::names()) {
        const bool fits =
            known_name.whole ? folded == known_name.text : folded.ends_with(known_name.text);
        if (fits)
            return secrets::is_secret_value(value.substr(0, kJudged), known_name.group,
                                            Manner::quoted);
    }
    return false;
}

void remember_secret(std::string_view value) {
    if (value.size() < 6) return;
    const std::unique_lock lock(known().mutex);
    for (const std::string& old : known().values)
        if (old == value) return;
    known().values.emplace_back(value);
}

}  // namespace stele
