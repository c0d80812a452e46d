#include "control/identity/token_text.hpp"

#include <gtest/gtest.h>

#include "foundation/base/hash.hpp"
#include "foundation/base/redact.hpp"

namespace stele::identity {
namespace {

TEST(TokenText, IsReadAsItWasMade) {
    for (const TokenKind kind : {TokenKind::admin, TokenKind::service}) {
        const NewToken made = new_token(kind);
        EXPECT_EQ(made.text.size(), 80u);
        const auto parsed = parse_token(made.text);
        ASSERT_TRUE(parsed);
        EXPECT_EQ(parsed->kind, kind);
        EXPECT_EQ(parsed->prefix, made.prefix);
        EXPECT_EQ(sha256_raw(parsed->secret), made.secret_sha256);
        EXPECT_EQ(id_of_prefix(made.prefix), made.id);
        EXPECT_EQ(redact("Bearer is " + made.text).find(parsed->secret), std::string::npos);
    }
    EXPECT_NE(new_token(TokenKind::admin).text, new_token(TokenKind::admin).text);
}

TEST(TokenText, NoCharacterMayBeAnother) {
    const std::string good = new_token(TokenKind::service).text;
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string bad = good;
        bad[at] = bad[at] == 'x' ? 'y' : 'x';
        EXPECT_FALSE(parse_token(bad)) << at;
    }
    std::string other_kind = good;
    other_kind[6] = 'a';
    EXPECT_FALSE(parse_token(other_kind)) << "a service is no admin by a letter";
    EXPECT_TRUE(looks_like_token(other_kind));
    EXPECT_FALSE(parse_token(good + "0"));
    EXPECT_FALSE(parse_token(good.substr(0, 79)));
    EXPECT_FALSE(parse_token(good.substr(0, 70) + "_" + good.substr(71)));
    for (const char* text : {"", "stele_", "stele_at_", "stele_xt_", "sk-123", "STELE_AT_"})
        EXPECT_FALSE(parse_token(text)) << text;
}

TEST(TokenText, EachIdHasAPrefix) {
    Uuid most;
    most.bytes.fill(0xFF);
    EXPECT_EQ(prefix_of(Uuid{}), std::string(22, '0'));
    EXPECT_EQ(prefix_of(most), "7n42DGM5Tflk9n8mt7Fhc7");
    EXPECT_EQ(id_of_prefix(prefix_of(most)), most);
    EXPECT_FALSE(id_of_prefix("7n42DGM5Tflk9n8mt7Fhc8")) << "more than 128 bits";
    EXPECT_FALSE(id_of_prefix("short"));
}

}  // namespace
}  // namespace stele::identity
