// The guard of production and .env files, without a database.
#include "app/guard.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "foundation/base/error.hpp"

namespace stele::app {
namespace {

struct Case {
    const char* url;
    const char* rules;  // with a space between
};

// What libpq takes from the environment must not decide a test.
void forget_libpq_environment() {
    for (const char* name : {"PGHOST", "PGHOSTADDR", "PGUSER", "PGPASSWORD", "PGPASSWORD_FILE",
                             "PGSSLMODE", "PGPORT", "PGDATABASE"})
        ::unsetenv(name);
}

std::string rules_of(const std::string& url, const std::string& admin = "") {
    forget_libpq_environment();
    runtime::DatabaseSettings settings;
    settings.url = url;
    settings.admin_url = admin;
    std::string out;
    for (const Unsafe& one : unsafe_settings(settings)) {
        EXPECT_FALSE(one.problem.empty());
        EXPECT_FALSE(one.remedy.empty());
        out += (out.empty() ? "" : " ") + one.rule;
    }
    return out;
}

class Guard : public testing::TestWithParam<Case> {};

TEST_P(Guard, FindsWhatIsUnsafe) {
    EXPECT_EQ(rules_of(GetParam().url), GetParam().rules) << GetParam().url;
}

INSTANTIATE_TEST_SUITE_P(
    Every, Guard,
    testing::Values(
        Case{"", "empty-url"}, Case{"  ", "empty-url"},
        // credentials
        Case{"postgresql://postgres:postgres@db/x", "credentials"},
        Case{"postgresql://stele:stele@db/x", "credentials"},
        Case{"postgresql://Alice:alice@db/x", "credentials"},
        Case{"postgresql+asyncpg://dataland:dataland@dataland-postgres:5432/dataland",
             "credentials"},
        Case{"postgresql://agent:Dataland@dataland-postgres:5432/dataland", "credentials"},
        Case{"postgresql://a:CHANGE_ME@db/x", "credentials"},
        Case{"postgresql://a:change-me-please@db/x", "credentials"},
        Case{"postgresql://a:changeme@db/x", "credentials"},
        Case{"postgresql://a:Password@db/x", "credentials"},
        Case{"postgresql://a:secret@db/x", "credentials"},
        Case{"postgresql://a:example@db/x", "credentials"},
        Case{"postgresql://a:%3Cpassword%3E@db/x", "credentials"},
        Case{"postgresql://a:your_password_1@db/x", "credentials"},
        Case{"postgresql+asyncpg://a:secret@db/x", "credentials"},
        Case{"host=db user=a password=secret", "credentials"},
        Case{"postgresql://a:kX93-passwords-differ@db/x", ""},
        Case{"postgresql://a:9mQ2vT7w@db/x", ""}, Case{"postgresql://a@db/x", ""},
        // on this machine
        Case{"postgresql://a@localhost/x", "loopback"},
        Case{"postgresql://a@LOCALHOST/x", "loopback"},
        Case{"postgresql://a@127.0.0.1/x", "loopback"},
        Case{"postgresql://a@127.8.9.1/x", "loopback"}, Case{"postgresql://a@[::1]/x", "loopback"},
        Case{"postgresql://a@0.0.0.0/x", "loopback"},
        Case{"postgresql://a@db.localhost/x", "loopback"}, Case{"postgresql:///x", "loopback"},
        Case{"postgresql:///x?host=/run/postgresql", "loopback"},
        Case{"postgresql://a@db,localhost/x", "loopback"},
        Case{"postgresql://a@db.example.com/x?hostaddr=127.0.0.1", "loopback"},
        Case{"postgresql://a@127.example.com/x?sslmode=require", ""},
        // in the open
        Case{"postgresql://a@db.example.com/x", "sslmode"},
        Case{"postgresql://a@db.example.com/x?sslmode=disable", "sslmode"},
        Case{"postgresql://a@db.example.com/x?sslmode=prefer", "sslmode"},
        Case{"postgresql://a@db.example.com/x?sslmode=require", ""},
        Case{"postgresql://a@db.example.com/x?sslmode=verify-full", ""},
        Case{"postgresql://a@8.8.8.8/x", "sslmode"}, Case{"postgresql://a@10.1.2.3/x", ""},
        Case{"postgresql://a@172.16.0.1/x", ""}, Case{"postgresql://a@172.32.0.1/x", "sslmode"},
        Case{"postgresql://a@192.168.1.1/x", ""}, Case{"postgresql://a@[fd00::5]/x", ""},
        Case{"postgresql://a@[2001:db8::5]/x", "sslmode"}, Case{"postgresql://a@pg.prod.svc/x", ""},
        Case{"postgresql://a@db.internal/x", ""},
        Case{"postgresql://a@db,db.example.com/x", "sslmode"},
        Case{"postgresql://a@10.1.2/x", "sslmode"},
        Case{"postgresql://x:x@localhost/x", "credentials loopback"}));

TEST(GuardOfTheOwner, LooksAtItsUrlToo) {
    EXPECT_EQ(rules_of("postgresql://a@db/x", "postgresql://o:o@localhost/x"),
              "credentials loopback");
}

TEST(GuardOfEachUrl, NamesTheSetting) {
    forget_libpq_environment();
    runtime::DatabaseSettings settings;
    settings.url = "postgresql://a@db/x";
    settings.direct_url = "postgresql://a:a@db/x";
    const auto found = unsafe_settings(settings);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].rule, "credentials");
    EXPECT_EQ(found[0].setting, "database.directUrl");
}

TEST(GuardOfTheEnvironment, SeesWhatLibpqWouldTake) {
    forget_libpq_environment();
    ::setenv("PGPASSWORD", "secret", 1);
    ::setenv("PGSSLMODE", "require", 1);
    runtime::DatabaseSettings settings;
    settings.url = "postgresql://a@db.example.com/x";
    const auto found = unsafe_settings(settings);
    forget_libpq_environment();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].rule, "credentials");
}

TEST(Refusal, IsProductionsAloneAndNamesNoPassword) {
    runtime::DatabaseSettings settings;
    settings.url = "postgresql://a:changeme77@localhost/x";
    const auto found = unsafe_settings(settings);
    refuse_unsafe(runtime::Environment::development, found);
    refuse_unsafe(runtime::Environment::production, {});
    try {
        refuse_unsafe(runtime::Environment::production, found);
        FAIL() << "it was not refused";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::refused);
        EXPECT_EQ(exit_code_of(error.code()), 4);
        EXPECT_EQ((std::string(error.what()) + error.hint()).find("changeme77"), std::string::npos);
    }
}

using Variables = std::map<std::string, std::string>;

TEST(EnvFile, ReadsWhatShellsAndComposeRead) {
    EXPECT_EQ(parse_env_file("# a comment\n"
                             "A=1\n"
                             "  export B = two words # and a comment\n"
                             "C='$as it # stands'\n"
                             "D=\"a \\\"b\\\"\\nc\" # behind\n"
                             "E=\n"
                             "F=a#b\r\n"
                             "\n"
                             "G=\"two\nlines\"\n"
                             "H=#only a comment\n"
                             "I=x=y",
                             ".env"),
              (Variables{{"A", "1"},
                         {"B", "two words"},
                         {"C", "$as it # stands"},
                         {"D", "a \"b\"\nc"},
                         {"E", ""},
                         {"F", "a#b"},
                         {"G", "two\nlines"},
                         {"H", ""},
                         {"I", "x=y"}}));
    EXPECT_EQ(parse_env_file("", ".env"), Variables{});
    EXPECT_EQ(parse_env_file("\xEF\xBB\xBF"
                             "A=1\nA=2",
                             ".env"),
              (Variables{{"A", "2"}}));
}

TEST(EnvFile, NamesTheLineAndNeverTheValue) {
    for (const char* text : {"A=1\nhunter22", "A=1\nB-C=hunter22", "A=1\nB=\"hunter22",
                             "A=1\nB='hunter22' and more", "A=1\n=hunter22"}) {
        try {
            parse_env_file(text, "my.env");
            FAIL() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::configuration);
            EXPECT_THAT(std::string(error.what()), testing::HasSubstr("my.env:2:"));
            EXPECT_EQ(std::string(error.what()).find("hunter22"), std::string::npos) << text;
        }
    }
}

}  // namespace
}  // namespace stele::app
