// Database URLs: what is understood, what is refused, and that no piece of a password is said.
#include "pg/conninfo.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.hpp"
#include "base/redact.hpp"

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

TEST(ConnInfo, RemembersThePasswordWhereverItComesFrom) {
    ConnInfo::parse("postgresql://u:Zx82-unguessable@h/d");
    EXPECT_EQ(redact("it is Zx82-unguessable"), "it is ***");
    ::setenv("PGPASSWORD", "Zx83-unguessable", 1);
    ConnInfo::parse("postgresql://u@h/d");
    ::unsetenv("PGPASSWORD");
    EXPECT_EQ(redact("it is Zx83-unguessable"), "it is ***");
}

}  // namespace
}  // namespace stele::pg
