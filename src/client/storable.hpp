// What programs print, as text that can be kept.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace stele::client {

// At most so many bytes, cut between characters. Bytes that are no UTF-8, and NUL, become "?".
std::string storable(std::string_view text, std::size_t max_bytes);

}  // namespace stele::client
