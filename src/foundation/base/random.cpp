#include "foundation/base/random.hpp"

#include <openssl/rand.h>

#include <vector>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"

namespace stele {

void fill_random(std::span<std::uint8_t> out) {
    if (RAND_bytes(out.data(), int(out.size())) != 1)
        throw Error(Code::internal, "the system has no random numbers to give");
}

std::string random_hex(std::size_t bytes) {
    std::vector<std::uint8_t> out(bytes);
    fill_random(out);
    return hex({reinterpret_cast<const char*>(out.data()), out.size()});
}

}  // namespace stele
