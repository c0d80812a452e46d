// Hashes from OpenSSL, as the lower-case hex that the database and the contracts use.
#pragma once

#include <string>
#include <string_view>

namespace stele {

std::string sha256_hex(std::string_view bytes);

// Equal in time that depends on the lengths alone: for tokens.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace stele
