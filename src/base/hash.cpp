#include "base/hash.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>

#include "base/error.hpp"

namespace stele {

namespace {

std::array<unsigned char, 32> sha256(std::string_view bytes) {
    std::array<unsigned char, 32> digest{};
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
        throw Error(Code::internal, "SHA-256 is not available in this OpenSSL");
    return digest;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string out;
    out.reserve(64);
    for (const unsigned char byte : sha256(bytes)) {
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
    }
    return out;
}

std::string sha256_raw(std::string_view bytes) {
    const auto digest = sha256(bytes);
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    // Comparing digests hides the length and the position of the first difference alike.
    const auto x = sha256(a), y = sha256(b);
    return CRYPTO_memcmp(x.data(), y.data(), x.size()) == 0;
}

}  // namespace stele
