// Hashes from OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace stele {

std::string sha256_hex(std::string_view bytes);
std::string sha256_raw(std::string_view bytes);  // 32 bytes

// Equal in time that depends on the lengths alone: for tokens.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace stele
