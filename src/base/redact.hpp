// The one choke point that keeps secrets out of what Stele prints, logs, answers and stores as
// text.
#pragma once

#include <string>
#include <string_view>

namespace stele {

// Replaces what looks like a secret by "***": passwords in URLs and in key=value or JSON form,
// bearer tokens, keys in a URL's query, well-known key shapes (sk-…, ghp_…, glpat-…, AKIA…, AIza…,
// xox…, JWTs, PEM blocks), and every value given to remember_secret(). Idempotent.
std::string redact(std::string_view text);

// False when redact() would leave the text as it is: a quick look for the marks of a secret.
bool may_hold_secret(std::string_view text);

// From now on redact() hides this exact value too. Values shorter than 6 bytes are ignored: hiding
// them would mangle ordinary text.
void remember_secret(std::string_view value);

}  // namespace stele
