// Hashes from OpenSSL.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "foundation/base/uuid.hpp"

struct evp_md_ctx_st;

namespace stele {

std::string sha256_hex(std::string_view bytes);
std::string sha256_raw(std::string_view bytes);  // 32 bytes
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);
std::string hex(std::string_view bytes);  // lower case, two digits a byte

// A UUIDv8 of the first half of the SHA-256 of these bytes: the same bytes, the same id.
Uuid uuid_of_hash(std::string_view bytes);

// SHA-256 of what arrives in parts.
class Sha256 {
  public:
    Sha256();
    void add(std::string_view bytes);
    std::string hex();  // of all that was added; the object is spent

  private:
    std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

// Equal in time that depends on the lengths alone: for tokens.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace stele
