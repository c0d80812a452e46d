#include "control/identity/token_text.hpp"

#include <algorithm>
#include <array>
#include <boost/crc.hpp>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/base/random.hpp"

namespace stele::identity {

namespace {

constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kAdmin = "stele_at_", kService = "stele_st_";
constexpr std::size_t kHead = kAdmin.size();
static_assert(kService.size() == kHead);

std::string checksum(std::string_view text) {
    std::string out(kChecksumLength, '0');
    boost::crc_32_type crc;
    crc.process_bytes(text.data(), text.size());
    std::uint32_t rest = crc.checksum();
    for (auto at = out.rbegin(); at != out.rend(); ++at, rest /= 62) *at = kDigits[rest % 62];
    return out;
}

std::optional<TokenKind> kind_of(std::string_view text) {
    if (text.starts_with(kAdmin)) return TokenKind::admin;
    if (text.starts_with(kService)) return TokenKind::service;
    return std::nullopt;
}

}  // namespace

bool is_base62(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return kDigits.find(c) != kDigits.npos; });
}

bool looks_like_token(std::string_view text) {
    return kind_of(text).has_value();
}

std::optional<TokenText> parse_token(std::string_view text) {
    const auto kind = kind_of(text);
    if (!kind || text.size() != kHead + kPrefixLength + kSecretLength + kChecksumLength ||
        !is_base62(text.substr(kHead)))
        return std::nullopt;
    const std::size_t end = text.size() - kChecksumLength;
    if (checksum(text.substr(0, end)) != text.substr(end)) return std::nullopt;
    return TokenText{*kind, text.substr(kHead, kPrefixLength),
                     text.substr(kHead + kPrefixLength, kSecretLength)};
}

NewToken new_token(TokenKind kind) {
    NewToken out;
    out.id = Uuid::v7();
    out.prefix = prefix_of(out.id);
    const std::string secret = random_secret();
    out.secret_sha256 = sha256_raw(secret);
    out.text = std::string(kind == TokenKind::admin ? kAdmin : kService) + out.prefix + secret;
    out.text += checksum(out.text);
    return out;
}

std::string prefix_of(const Uuid& id) {
    auto number = id.bytes;
    std::string out(kPrefixLength, '0');
    for (auto at = out.rbegin(); at != out.rend(); ++at) {
        unsigned rest = 0;
        for (std::uint8_t& byte : number) {
            const unsigned value = rest << 8 | byte;
            byte = std::uint8_t(value / 62);
            rest = value % 62;
        }
        *at = kDigits[rest];
    }
    return out;
}

std::optional<Uuid> id_of_prefix(std::string_view prefix) {
    if (prefix.size() != kPrefixLength || !is_base62(prefix)) return std::nullopt;
    Uuid out;
    for (const char c : prefix) {
        unsigned carry = unsigned(kDigits.find(c));
        for (auto byte = out.bytes.rbegin(); byte != out.bytes.rend(); ++byte) {
            const unsigned value = *byte * 62U + carry;
            *byte = std::uint8_t(value & 0xFF);
            carry = value >> 8;
        }
        if (carry) return std::nullopt;  // more than 128 bits
    }
    return out;
}

std::string random_secret() {
    std::string out;
    while (out.size() < kSecretLength) {
        std::array<std::uint8_t, 64> bytes{};
        fill_random(bytes);
        for (const std::uint8_t byte : bytes)  // 248 = 4 × 62: each digit is as likely
            if (byte < 248 && out.size() < kSecretLength) out += kDigits[byte % 62];
    }
    return out;
}

}  // namespace stele::identity
