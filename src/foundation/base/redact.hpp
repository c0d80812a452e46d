// What looks like a secret in a text. Hides it in what Stele says itself (logs, errors, reports),
// and names its kind where callers store text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stele {

// Half-open range of bytes of a text.
struct SecretSpan {
    std::size_t begin = 0, end = 0;
    std::string_view kind;  // "password", "token", "GitHub token"; a literal, never the value
};

// Finds what looks like a secret: passwords in URLs, values of names such as password, token or
// apiKey, Bearer and Basic credentials, keys of well-known formats, private keys, and every value
// given to remember_secret(). A value that is a plain word ("password: required") or a placeholder
// ("token=$TOKEN") is none. In the order of the text, none overlapping another. Linear in the
// text's length.
std::vector<SecretSpan> find_secrets(std::string_view text);

// Replaces each by "***". Idempotent.
std::string redact(std::string_view text);

// False when find_secrets() would find nothing: a quick look for the marks of a secret.
bool may_hold_secret(std::string_view text);

// Whether a member of this name and value, as of a JSON object, looks like a secret.
bool is_secret_member(std::string_view name, std::string_view value);

// From now on this exact value counts as a secret too. Values shorter than 6 bytes are ignored:
// hiding them would mangle ordinary text.
void remember_secret(std::string_view value);

}  // namespace stele
