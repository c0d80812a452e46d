// Database URLs: what is understood, what is refused, and that no piece of a password is said.
#include "foundation/pg/conninfo.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "foundation/base/error.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/pg/environment.hpp"

namespace stele::pg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ConnInfo, UnderstandsWhatIsWrittenProperly) {
    for (const char* url :
         {"postgresql://u:p%40ss%2Fw@h/d", "postgresql://u@h:5432/d", "postgresql://h:5432/d@b",
          "postgresql://u:p@h1:1,h2:2/d", "postgresql://u:p@[::1]:5432/d",
          "postgresql:///d?host=/s", "postgres+asyncpg://u:p@h/d?application_name=a@b",
          "host=h user=u password=p@s/s", "postgresql://[::1]/d@b", ""})
        EXPECT_NO_THROW(ConnInfo::parse(url)) << url;
    EXPECT_EQ(ConnInfo::parse("postgresql://u:p%40ss@h:7/d").get("password"), "p@ss");
    EXPECT_EQ(ConnInfo::parse("postgresql://u:p%40ss@h:7/d").redacted_url(),
              "postgresql://u@h:7/d");
}

TEST(ConnInfo, RefusesAnUnescapedPasswordWithoutSayingIt) {
    for (const char* url : {"postgresql://u:hush@hush@h/d", "postgresql://u:hush/hush@h/d",
                            "postgresql://u:hush@hush:hush@h:1/d", "postgresql://u:hush/h@ush@h",
                            "postgresql+psycopg2://u:hush@hush@h:1/d?sslmode=require"})
        try {
            ConnInfo::parse(url);
            ADD_FAILURE() << url;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::configuration);
            EXPECT_THAT(error.what(), Not(HasSubstr("hush")));
            EXPECT_THAT(error.hint(), HasSubstr("%40"));
        }
}

TEST(ConnInfo, RefusesValuesThatMeanNothingAndNamesTheParameter) {
    for (const auto& [url, parameter] :
         {std::pair{"postgresql://h/d?sslmode=no-verify", "sslmode=no-verify"},
          {"postgresql://h/d?target_session_attrs=primaryy", "target_session_attrs=primaryy"},
          {"postgresql://h/d?channel_binding=yes", "channel_binding=yes"},
          {"postgresql://h/d?gssencmode=off", "gssencmode=off"},
          {"postgresql://h:70000/d", "port=70000"},
          {"postgresql:///d?port=five", "port=five"},
          {"postgresql://h1:1,h2:0/d", "port=1,0"},
          {"host=h port=-1", "port=-1"}})
        try {
            ConnInfo::parse(url);
            ADD_FAILURE() << url;
        } catch (const Error& error) {
            EXPECT_EQ(exit_code_of(error.code()), 2) << url;
            EXPECT_THAT(error.what(), HasSubstr(parameter));
            EXPECT_FALSE(error.hint().empty());
        }
    EXPECT_NO_THROW(ConnInfo::parse("postgresql://h1,h2:5433/d?sslmode=verify-full"));
    EXPECT_NO_THROW(ConnInfo::parse("postgresql://h/d?target_session_attrs=prefer-standby"));
}

TEST(ConnInfo, NamesWhoseParameterItIs) {
    for (const auto& [query, whose] : {std::pair{"pgbouncer=true", "pgbouncer is Prisma's"},
                                       {"sslmode=require&schema=public", "schema is Prisma's"},
                                       {"supa=base-pooler.x", "supa is Supabase's"},
                                       {"currentSchema=app", "currentSchema is JDBC's"}})
        try {
            ConnInfo::parse(std::string("postgresql://u:hush@h/d?") + query);
            ADD_FAILURE() << query;
        } catch (const Error& error) {
            EXPECT_EQ(exit_code_of(error.code()), 2);
            EXPECT_THAT(error.what(), HasSubstr(whose));
            EXPECT_THAT(error.what(), Not(HasSubstr("hush")));
            EXPECT_FALSE(error.hint().empty());
        }
}

TEST(ConnInfo, APasswordFileIsReadForEachConnection) {
    char name[] = "/tmp/stele-password.XXXXXX";
    ::close(::mkstemp(name));
    const auto write = [&](const char* text) { std::ofstream(name) << text; };
    write("first-Zx84\n");
    ::setenv("PGPASSWORD_FILE", name, 1);
    const ConnInfo info = ConnInfo::parse("postgresql://u@h/d");
    const ConnInfo own = ConnInfo::parse("postgresql://u:given@h/d");
    const ConnInfo elsewhere = ConnInfo::parse("postgresql://u@h/d?passfile=/p");
    ::unsetenv("PGPASSWORD_FILE");
    EXPECT_EQ(libpq_values(info).at("password"), "first-Zx84");
    write("second-Zx85\n");
    EXPECT_EQ(libpq_values(info).at("password"), "second-Zx85");
    EXPECT_EQ(info.get("password"), "second-Zx85");
    EXPECT_EQ(redact("it is second-Zx85"), "it is ***");
    EXPECT_EQ(libpq_values(info).count(kPasswordFile), 0u);
    EXPECT_EQ(libpq_values(own).at("password"), "given");
    EXPECT_EQ(libpq_values(elsewhere).count("password"), 0u);
    ::unlink(name);
}

TEST(Environment, IsIgnoredAndSpeaksForTheUrlsThatTheUserGave) {
    for (const auto& [variable, value] : {std::pair{"PGHOST", "elsewhere"},
                                          {"PGOPTIONS", "-csearch_path=app"},
                                          {"PGSERVICE", "none"},
                                          {"PGTZ", "Bad"},
                                          {"PGTARGETSESSIONATTRS", "standby"},
                                          {"PGCHANNELBINDING", "require"},
                                          {"PGPASSWORD", "hush-Zx86"},
                                          {"PGSSLMODE", "require"}})
        ::setenv(variable, value, 1);
    ignore_libpq_environment();
    for (const char* variable : {"PGHOST", "PGOPTIONS", "PGSERVICE", "PGTZ", "PGPASSWORD"})
        EXPECT_EQ(::getenv(variable), nullptr) << variable;
    const ConnInfo own = ConnInfo::parse("postgresql:///d?host=/run");
    EXPECT_EQ(own.get("options"), "");
    EXPECT_EQ(own.get("target_session_attrs"), "any");
    EXPECT_EQ(own.get("password"), "");
    const ConnInfo given = parse_with_environment("postgresql://u@h/d");
    EXPECT_EQ(given.get("host"), "h");
    EXPECT_EQ(given.get("password"), "hush-Zx86");
    EXPECT_EQ(given.get("sslmode"), "require");
    EXPECT_EQ(parse_with_environment("postgresql://u:own@h/d").get("password"), "own");
    ignore_libpq_environment();
    EXPECT_EQ(parse_with_environment("postgresql://u@/d").get("host"), "elsewhere");
}

TEST(ConnInfo, RemembersThePasswordWhereverItComesFrom) {
    ConnInfo::parse("postgresql://u:Zx82-unguessable@h/d");
    EXPECT_EQ(redact("it is Zx82-unguessable"), "it is ***");
    ::setenv("PGPASSWORD", "Zx83-unguessable", 1);
    ConnInfo::parse("postgresql://u@h/d");
    ::unsetenv("PGPASSWORD");
    EXPECT_EQ(redact("it is Zx83-unguessable"), "it is ***");
}

TEST(ConnInfo, TakesTheSpellingsPeopleBring) {
    for (const char* url :
         {"postgres://u:hush-hush@h:5/d", "postgresql+asyncpg://u:hush-hush@h:5/d",
          "postgresql+psycopg2://u:hush-hush@h:5/d"}) {
        const ConnInfo info = ConnInfo::parse(url);
        EXPECT_EQ(info.redacted_url(), "postgresql://u@h:5/d") << url;
        EXPECT_EQ(info.get("password"), "hush-hush");
    }
    for (const char* url : {"mysql://h/d", "postgresql://u:hush-hush@h:port:9/d?x=y"}) try {
            ConnInfo::parse(url);
            ADD_FAILURE() << url;
        } catch (const Error& bad) {
            EXPECT_EQ(bad.code(), Code::configuration);
            EXPECT_EQ(std::string(bad.what()).find("hush-hush"), std::string::npos);
        }
    EXPECT_TRUE(ConnInfo::parse("postgresql://u@127.0.0.1/d").is_local());
    EXPECT_FALSE(ConnInfo::parse("postgresql://u@db.example/d").is_local());
}

}  // namespace
}  // namespace stele::pg
