// Which lines of a pgpass file a rotation changes: libpq's rules, and nobody else's password.
#include "operate/passwords/password_file.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/error.hpp"

namespace stele::passwords {
namespace {

using ::testing::HasSubstr;

const Login kLogin{"db.internal", "5432", "stele", "app"};

std::string refusal(const std::string& text) {
    try {
        pgpass_with(text, kLogin, "new");
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::configuration);
        return error.what();
    }
    return "accepted";
}

TEST(Pgpass, TheFirstLineThatMatchesCounts) {
    EXPECT_EQ(
        pgpass_with("# app\ndb.internal:5432:stele:app:old\n*:*:*:app:other\n", kLogin, "new"),
        "# app\ndb.internal:5432:stele:app:new\n*:*:*:app:other\n");
    EXPECT_EQ(pgpass_with("*:*:*:owner:o\n*:*:*:app:old", kLogin, "new"),
              "*:*:*:owner:o\n*:*:*:app:new\n");
}

TEST(Pgpass, TheSameLoginsOtherDatabasesFollow) {
    EXPECT_EQ(pgpass_with("db.internal:5432:stele:app:old\ndb.internal:*:other:app:old\n"
                          "elsewhere:5432:stele:app:old\ndb.internal:5432:stele:boss:old\n",
                          kLogin, "new"),
              "db.internal:5432:stele:app:new\ndb.internal:*:other:app:new\n"
              "elsewhere:5432:stele:app:old\ndb.internal:5432:stele:boss:old\n");
}

TEST(Pgpass, BackslashesKeepColons) {
    const Login socket{"/run/a:b", "5432", "ste\\le", "app"};
    EXPECT_EQ(pgpass_with("/run/a\\:b:5432:ste\\\\le:app:o\\:ld:tail\n", socket, "new"),
              "/run/a\\:b:5432:ste\\\\le:app:new\n");
}

TEST(Pgpass, WhatIsNotThisLoginsIsRefused) {
    EXPECT_THAT(refusal(""), HasSubstr("no line for app at db.internal:5432"));
    EXPECT_THAT(refusal("db.internal:5432:other:app:old\n"), HasSubstr("no line"));
    EXPECT_THAT(refusal("db.internal:5433:stele:app:old\n"), HasSubstr("no line"));
    EXPECT_THAT(refusal("db.internal:5432:stele:app\n"), HasSubstr("no line"));
    EXPECT_THAT(refusal("*:*:*:*:everybody's\n*:*:*:app:old\n"), HasSubstr("every user's"));
}

}  // namespace
}  // namespace stele::passwords
