#include "foundation/base/secret_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "foundation/base/text.hpp"

namespace stele::secrets {

namespace {

constexpr std::size_t kAny = std::size_t(-1);

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

using enum Format::Alphabet;

// Prefixes and lengths are facts that the services publish.
constexpr std::array kFormats{
    Format{"sk-", false, dashed, 16, kAny, "API key"},
    Format{"sk_live_", false, alnum, 16, kAny, "Stripe key"},
    Format{"sk_test_", false, alnum, 16, kAny, "Stripe key"},
    Format{"rk_live_", false, alnum, 16, kAny, "Stripe key"},
    Format{"rk_test_", false, alnum, 16, kAny, "Stripe key"},
    Format{"whsec_", false, base64, 24, kAny, "webhook secret"},
    Format{"ghp_", false, alnum, 20, kAny, "GitHub token"},
    Format{"gho_", false, alnum, 20, kAny, "GitHub token"},
    Format{"ghu_", false, alnum, 20, kAny, "GitHub token"},
    Format{"ghs_", false, alnum, 20, kAny, "GitHub token"},
    Format{"ghr_", false, alnum, 20, kAny, "GitHub token"},
    Format{"github_pat_", false, word, 20, kAny, "GitHub token"},
    Format{"glpat-", false, dashed, 14, kAny, "GitLab token"},
    Format{"glrt-", false, dashed, 14, kAny, "GitLab token"},
    Format{"npm_", false, alnum, 30, kAny, "npm token"},
    Format{"pypi-", false, dashed, 50, kAny, "PyPI token"},
    Format{"hf_", false, alnum, 30, kAny, "Hugging Face token"},
    Format{"gsk_", false, alnum, 40, kAny, "Groq key"},
    Format{"r8_", false, alnum, 32, kAny, "Replicate token"},
    Format{"aiza", false, dashed, 30, kAny, "Google API key"},
    Format{"ya29.", true, dashed, 20, kAny, "Google token"},
    Format{"AKIA", true, alnum, 16, 16, "AWS key"},
    Format{"ASIA", true, alnum, 16, 16, "AWS key"},
    Format{"xoxa-", false, dashed, 10, kAny, "Slack token"},
    Format{"xoxb-", false, dashed, 10, kAny, "Slack token"},
    Format{"xoxo-", false, dashed, 10, kAny, "Slack token"},
    Format{"xoxp-", false, dashed, 10, kAny, "Slack token"},
    Format{"xoxr-", false, dashed, 10, kAny, "Slack token"},
    Format{"xoxs-", false, dashed, 10, kAny, "Slack token"},
    Format{"xapp-", false, dashed, 10, kAny, "Slack token"},
    Format{"hooks.slack.com/services/", false, base64, 20, kAny, "Slack webhook"},
    Format{"dop_v1_", false, alnum, 32, kAny, "DigitalOcean token"},
    Format{"shpat_", false, alnum, 32, kAny, "Shopify token"},
    Format{"SG.", true, dotted, 30, kAny, "SendGrid key"},
    Format{"hvs.", true, dashed, 20, kAny, "Vault token"},
    Format{"dckr_pat_", false, dashed, 20, kAny, "Docker token"},
    Format{"lin_api_", false, alnum, 32, kAny, "Linear key"},
    Format{"PMAK-", true, dashed, 30, kAny, "Postman key"},
    Format{"AGE-SECRET-KEY-1", true, alnum, 50, kAny, "age key"},
    // 22 of the id, 43 of the secret, 6 of the checksum.
    Format{"stele_at_", true, alnum, 71, 71, "Stele token"},
    Format{"stele_st_", true, alnum, 71, 71, "Stele token"},
};

using enum NameClass;

// A longer name before the ones that it begins with.
constexpr std::array kNames{
    Name{"password", password, false, "password"},
    Name{"passphrase", password, false, "passphrase"},
    Name{"passwd", password, false, "password"},
    Name{"pass", pass, true, "password"},
    Name{"pwd", pass, true, "password"},
    Name{"token", token, false, "token"},
    Name{"secret_access_key", key, false, "key"},
    Name{"secret_key_base", key, false, "key"},
    Name{"secret_key", key, false, "key"},
    Name{"secret-key", key, false, "key"},
    Name{"secretkey", key, false, "key"},
    Name{"secret", token, false, "secret"},
    Name{"api_key", key, false, "key"},
    Name{"api key", key, false, "key"},
    Name{"api-key", key, false, "key"},
    Name{"apikey", key, false, "key"},
    Name{"access_key", key, false, "key"},
    Name{"access-key", key, false, "key"},
    Name{"accesskey", key, false, "key"},
    Name{"account_key", key, false, "key"},
    Name{"accountkey", key, false, "key"},
    Name{"private_key", key, false, "key"},
    Name{"private-key", key, false, "key"},
    Name{"privatekey", key, false, "key"},
    Name{"encryption_key", key, false, "key"},
    Name{"encryptionkey", key, false, "key"},
    Name{"signing_key", key, false, "key"},
    Name{"signingkey", key, false, "key"},
    Name{"master_key", key, false, "key"},
    Name{"masterkey", key, false, "key"},
    Name{"auth_key", key, false, "key"},
    Name{"authkey", key, false, "key"},
};

// What stands behind `password=` or in its quotes without being one.
constexpr std::array<std::string_view, 62> kWords{
    "any",     "ask",       "blank",       "bool",    "boolean",  "bytes",     "changed",
    "column",  "correct",   "default",     "empty",   "enabled",  "env",       "example",
    "expired", "false",     "field",       "file",    "given",    "hash",      "hashed",
    "hidden",  "incorrect", "input",       "invalid", "key",      "keyring",   "masked",
    "missing", "none",      "null",        "off",     "optional", "pass",      "passphrase",
    "passwd",  "password",  "placeholder", "prompt",  "pwd",      "redacted",  "required",
    "reset",   "same",      "secret",      "self",    "set",      "stdin",     "str",
    "string",  "text",      "token",       "true",    "type",     "undefined", "unknown",
    "unset",   "value",     "vault",       "wrong",   "yes",      "your",
};

bool is_common_word(std::string_view value) {
    return std::ranges::find(kWords, lower_ascii(value)) != kWords.end();
}

// Letters and what joins words: "files", "process.env.TOKEN", "read-only", "/run/secrets/db".
bool is_words(std::string_view value) {
    return std::ranges::all_of(value, [](unsigned char c) {
        return is_letter(char(c)) || c >= 0x80 ||
               std::string_view("-_./:~'").find(char(c)) != std::string_view::npos;
    });
}

// A call, an index or a type: `getToken()`, `env["X"]`, `Option<String>`.
bool is_code(std::string_view value) {
    if (value.empty() || !(is_letter(value[0]) || value[0] == '_')) return false;
    const std::size_t end = value.find_first_not_of(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:>-");
    return end != std::string_view::npos &&
           (value[end] == '(' || value[end] == '[' || value[end] == '<');
}

std::string_view without_end_marks(std::string_view value) {
    const std::size_t last = value.find_last_not_of(".,:!?)]>");
    return value.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// userPassword, passwordHash: names a value rather than being one.
bool names_a_value(std::string_view value) {
    const std::string folded = lower_ascii(value);
    for (const std::string_view part : {"passw", "secret", "token", "prompt", "hash"})
        if (folded.find(part) != std::string::npos) return true;
    return false;
}

// lexer.rs:42, v2.1.0, 10.0.0.1, 2026-11-30: numbers that count or place something.
bool is_version_or_place(std::string_view value) {
    const std::size_t digits = std::size_t(std::ranges::count_if(value, is_digit));
    const std::size_t joiners = std::size_t(std::ranges::count_if(
        value, [](char c) { return c == '.' || c == ':' || c == '-' || c == '/'; }));
    const std::size_t letters = std::size_t(std::ranges::count_if(value, is_letter));
    if (digits + joiners + letters != value.size()) return false;
    return letters <= 1 && joiners > 0;
}

int classes_of(std::string_view value) {
    bool lower = false, upper = false, digit = false, mark = false;
    for (const char c : value) {
        lower = lower || (c >= 'a' && c <= 'z');
        upper = upper || (c >= 'A' && c <= 'Z');
        digit = digit || is_digit(c);
        mark = mark || !(is_letter(c) || is_digit(c));
    }
    return lower + upper + digit + mark;
}

bool is_secret_word(std::string_view value, NameClass group, Manner manner) {
    const bool one_run = std::ranges::all_of(value, is_letter);
    if (one_run && value.size() >= 24) return true;
    if (manner == Manner::said || (group != password && group != pass)) return false;
    return value.find_first_of("./:'") == std::string_view::npos && !is_common_word(value) &&
           !names_a_value(value);
}

}  // namespace

std::span<const Format> formats() {
    return kFormats;
}

std::span<const Name> names() {
    return kNames;
}

bool in_alphabet(Format::Alphabet alphabet, char c) {
    if (is_letter(c) || is_digit(c)) return true;
    switch (alphabet) {
        case alnum:
            return false;
        case word:
            return c == '_';
        case dashed:
            return c == '_' || c == '-';
        case dotted:
            return c == '_' || c == '-' || c == '.';
        case base64:
            return c == '+' || c == '/' || c == '=' || c == '_' || c == '-' || c == '.' || c == '~';
    }
    return false;
}

bool looks_random(std::string_view value) {
    if (std::ranges::any_of(value, is_digit)) return !is_version_or_place(value);
    std::size_t run = 0, longest = 0;
    for (const char c : value) {
        run = is_letter(c) ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest >= 16;
}

bool is_placeholder(std::string_view value) {
    if (value.empty()) return true;
    if (std::string_view("{<[(").find(value[0]) != std::string_view::npos) return true;
    for (const std::string_view start : {"${", "$(", "$[", "%(", "%s", "%{", "!"})
        if (value.starts_with(start)) return true;
    if (value[0] == '$')
        return value.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789", 1) ==
                   std::string_view::npos ||
               value.substr(1).starts_with("env:");
    return std::string_view("*xX.-_#?").find(value[0]) != std::string_view::npos &&
           value.find_first_not_of(value[0]) == std::string_view::npos;
}

bool is_secret_value(std::string_view value, NameClass group, Manner manner) {
    if (is_placeholder(value) || (manner != Manner::quoted && is_code(value))) return false;
    value = without_end_marks(value);
    if (is_placeholder(value)) return false;
    const bool a_password = group == password || group == pass;
    if (value.size() < (a_password ? 4u : 6u)) return false;
    if (is_words(value)) return is_secret_word(value, group, manner);
    const auto digits = std::size_t(std::ranges::count_if(value, is_digit));
    if (std::ranges::none_of(value, is_letter))
        return a_password ? value.size() >= 6 && !is_version_or_place(value) : value.size() >= 20;
    if (is_version_or_place(value)) return false;
    if (manner != Manner::said) return true;
    if (group == pass) return value.size() >= 8 && classes_of(value) >= 3;
    if (group == token) return value.size() >= 16 || (value.size() >= 8 && digits >= 2);
    return true;
}

}  // namespace stele::secrets
