#include "control/identity/admin_token.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "control/identity/token_text.hpp"
#include "foundation/base/error.hpp"

namespace stele::identity {
namespace {

bool refused() {
    try {
        admin_token_of_environment();
        return false;
    } catch (const Error& error) {
        return error.code() == Code::configuration;
    }
}

TEST(AdminToken, OfTheEnvironment) {
    const std::string token = new_token(TokenKind::admin).text;
    ::unsetenv("STELE_ADMIN_TOKEN_FILE");
    ::unsetenv("STELE_ADMIN_TOKEN");
    EXPECT_EQ(admin_token_of_environment(), "");
    ::setenv("STELE_ADMIN_TOKEN", (" " + token + "\n").c_str(), 1);
    EXPECT_EQ(admin_token_of_environment(), token);
    for (const std::string& bad : {std::string("a password"), std::string(" "),
                                   new_token(TokenKind::service).text, token + "x"}) {
        ::setenv("STELE_ADMIN_TOKEN", bad.c_str(), 1);
        EXPECT_TRUE(refused()) << bad;
    }
    ::unsetenv("STELE_ADMIN_TOKEN");
    ::setenv("STELE_ADMIN_TOKEN_FILE", "/nowhere/token", 1);
    EXPECT_TRUE(refused());
    ::unsetenv("STELE_ADMIN_TOKEN_FILE");
}

}  // namespace
}  // namespace stele::identity
