// The text of an API token: "stele_at_" (admin) or "stele_st_" (service), a prefix of 22 characters
// that names it, a secret of 43 (256 bits), and 6 of a CRC-32 of all before. Base62 throughout.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "foundation/base/uuid.hpp"

namespace stele::identity {

enum class TokenKind { admin, service };

inline constexpr std::size_t kPrefixLength = 22, kSecretLength = 43, kChecksumLength = 6;

struct TokenText {
    TokenKind kind;
    std::string_view prefix;
    std::string_view secret;
};

// Begins as a token of either kind does, whole or not.
bool looks_like_token(std::string_view text);
// Nothing when the shape or the checksum is wrong: no such token was ever issued. What it gives
// points into `text`.
std::optional<TokenText> parse_token(std::string_view text);

struct NewToken {
    Uuid id;
    std::string prefix;
    std::string text;           // shown once
    std::string secret_sha256;  // 32 bytes
};
NewToken new_token(TokenKind kind);

// The id in base62, 22 characters.
std::string prefix_of(const Uuid& id);
// The id of a prefix; nothing when it is none.
std::optional<Uuid> id_of_prefix(std::string_view prefix);
// 256 random bits in base62. Throws Error(internal) without a source of randomness.
std::string random_secret();
bool is_base62(std::string_view text);

}  // namespace stele::identity
