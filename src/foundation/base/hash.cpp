#include "foundation/base/hash.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "foundation/base/error.hpp"

namespace stele {

namespace {

using Digest = std::array<unsigned char, 32>;

void expect(bool worked) {
    if (!worked) throw Error(Code::internal, "SHA-256 is not available in this OpenSSL");
}

// Fetched once: OpenSSL 3 would look it up, under a lock, for every call.
const EVP_MD* algorithm() {
    static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    expect(fetched != nullptr);
    return fetched;
}

Digest sha256(std::string_view bytes) {
    Digest digest{};
    expect(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, algorithm(), nullptr) ==
           1);
    return digest;
}

std::string_view view(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

std::string hex(std::string_view bytes) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string out;
    out.reserve(2 * bytes.size());
    for (const char c : bytes) {
        out += kHex[static_cast<unsigned char>(c) >> 4];
        out += kHex[c & 15];
    }
    return out;
}

std::string sha256_hex(std::string_view bytes) {
    return hex(view(sha256(bytes)));
}

std::string sha256_raw(std::string_view bytes) {
    return std::string(view(sha256(bytes)));
}

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
    Digest digest{};
    unsigned size = digest.size();
    expect(HMAC(algorithm(), key.data(), int(key.size()),
                reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data(),
                &size) != nullptr);
    return hex(view(digest));
}

Uuid uuid_of_hash(std::string_view bytes) {
    const std::string hash = sha256_raw(bytes);
    Uuid out;
    std::copy_n(hash.begin(), out.bytes.size(), out.bytes.begin());
    out.bytes[6] = std::uint8_t(0x80 | (out.bytes[6] & 0x0F));  // version 8: made as we see fit
    out.bytes[8] = std::uint8_t(0x80 | (out.bytes[8] & 0x3F));
    return out;
}

Sha256::Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    expect(context_ && EVP_DigestInit_ex(context_.get(), algorithm(), nullptr) == 1);
}

void Sha256::add(std::string_view bytes) {
    expect(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

std::string Sha256::hex() {
    Digest digest{};
    expect(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
    return stele::hex(view(digest));
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    // Comparing digests hides the length and the position of the first difference alike.
    const auto x = sha256(a), y = sha256(b);
    return CRYPTO_memcmp(x.data(), y.data(), x.size()) == 0;
}

}  // namespace stele
