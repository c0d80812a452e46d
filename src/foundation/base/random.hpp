// Bytes that nobody can guess.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace stele {

// Throws Error(internal) when the system has none to give.
void fill_random(std::span<std::uint8_t> out);
std::string random_hex(std::size_t bytes);  // lower case, two digits a byte

}  // namespace stele
