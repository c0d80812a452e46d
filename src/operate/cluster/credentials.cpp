#include "operate/cluster/credentials.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "foundation/base/text.hpp"

namespace stele::ops {

namespace {

// Without what people put between words: Change-Me and CHANGE_ME are one.
std::string bare(std::string_view lower_case) {
    std::string out(lower_case);
    std::erase_if(out, [](char c) { return c == '_' || c == '-' || c == ' ' || c == '.'; });
    return out;
}

}  // namespace

bool is_placeholder(std::string_view secret) {
    constexpr std::array kWhole{"postgres", "stele",   "password", "passw0rd", "passwd",
                                "pass",     "secret",  "admin",    "root",     "test",
                                "example",  "default", "changeit", "hunter2",  "123456",
                                "12345678", "qwerty",  "letmein",  "xxx",      "xxxx"};
    constexpr std::array kParts{"changeme",     "changethis",      "replaceme",   "placeholder",
                                "yourpassword", "examplepassword", "passwordhere"};
    const bool bracketed = secret.size() > 1 && ((secret.front() == '<' && secret.back() == '>') ||
                                                 secret.starts_with("${"));
    const std::string word = lower_ascii(secret), text = bare(word);
    return bracketed || word.starts_with("your_") || word.starts_with("your-") ||
           std::ranges::find(kWhole, text) != kWhole.end() ||
           std::ranges::any_of(
               kParts, [&](const char* part) { return text.find(part) != std::string::npos; });
}

std::string_view guessed_password(std::string_view password, std::string_view user,
                                  std::string_view database) {
    if (password.empty()) return "";
    const std::string word = lower_ascii(password);
    if (word == lower_ascii(user)) return "the user's name";
    if (word == lower_ascii(database)) return "the database's name";
    return is_placeholder(password) ? "a well-known one" : "";
}

}  // namespace stele::ops
