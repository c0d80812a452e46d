// The integer matrix product of oneDNN (libdnnl.so.2). The library is loaded on first use: linked
// in, it would cost every start of the program 1 ms and 3.5 MB, and most never embed anything.
#pragma once

#include <cstddef>
#include <cstdint>

namespace stele::embed {

// c[m × n] = a[m × k] · b[n × k]ᵀ, all row-major without gaps. Exact as long as no element of `a`
// is above 127: x86 without VNNI adds pairs of products in 16 bits, which would saturate. Runs on
// the calling thread alone, so that each worker keeps one core busy and no more. Throws
// Error(configuration) when oneDNN is not installed.
void multiply(std::size_t m, std::size_t n, std::size_t k, const std::uint8_t* a,
              const std::int8_t* b, std::int32_t* c);

}  // namespace stele::embed
