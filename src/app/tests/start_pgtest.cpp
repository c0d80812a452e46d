// What a start refuses once it has reached the database.
#include <fmt/format.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "app/bring_up.hpp"
#include "foundation/base/error.hpp"
#include "operate/migrations/schema_place.hpp"
#include "support/test_database.hpp"

namespace stele::app {
namespace {

using testing::HasSubstr;
using testing::query;
using testing::TestDatabase;

Error start(const std::string& url, const std::string& environment) {
    cli::Globals globals;
    globals.overrides = {{"database.url", url}, {"environment", environment}};
    runtime::Metrics metrics;
    App app(globals, metrics);
    try {
        bring_up(app);
    } catch (const Error& error) {
        return error;
    }
    return {Code::internal, "started"};
}

TEST(Start, ALoginThatRowSecurityDoesNotBindIsRefusedInProduction) {
    const TestDatabase database;
    const std::string login = "bypass_" + database.name();
    const std::string url = testing::url_for(database.name(), login);
    query(database.url(), fmt::format("CREATE ROLE {} LOGIN BYPASSRLS", login));
    const Error error = start(url, "production");
    EXPECT_EQ(error.code(), Code::refused);
    EXPECT_TRUE(error.details().contains(ops::kRefusal));
    EXPECT_THAT(error.what(), HasSubstr(login + " has BYPASSRLS"));
    EXPECT_THAT(error.hint(), HasSubstr("GRANT stele_runtime TO " + login));
    EXPECT_STREQ(start(url, "development").what(), "started");
    query(database.url(), fmt::format("GRANT stele_runtime TO {}", login));
    EXPECT_STREQ(start(url, "production").what(), "started");
    query(database.url(), fmt::format("DROP OWNED BY {0}; DROP ROLE {0}", login));
}

TEST(Start, AnotherApplicationsDatabaseIsRefused) {
    const TestDatabase database(TestDatabase::Schema::none);
    query(database.url(), "CREATE TABLE users (id int)");
    const Error error = start(database.url(), "development");
    EXPECT_EQ(error.code(), Code::refused);
    EXPECT_TRUE(error.details().contains(ops::kRefusal));
    EXPECT_EQ(query(database.url(), "SELECT to_regclass('schema_migrations') IS NULL"), "t");
}

}  // namespace
}  // namespace stele::app
