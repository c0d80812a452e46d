#include "operate/watch/sql_text.hpp"

#include <gtest/gtest.h>

namespace stele::watch {
namespace {

TEST(ShownSql, LiteralsAreNotShown) {
    EXPECT_EQ(shown_sql("ALTER ROLE a PASSWORD 'hunter22'"), "ALTER ROLE a PASSWORD '…'");
    EXPECT_EQ(shown_sql("SELECT 'it''s', E'a\\'b', 7"), "SELECT '…', E'…', 7");
    EXPECT_EQ(shown_sql("DO $$ secret $$ , $x$ a $$ b $x$;"), "DO '…' , '…';");
    EXPECT_EQ(shown_sql("SELECT U&'d\\0061t'"), "SELECT U&'…'");
}

TEST(ShownSql, ALiteralThatTheServerCutOffIsHiddenToTheEnd) {
    EXPECT_EQ(shown_sql("INSERT INTO t VALUES ('half a sec"), "INSERT INTO t VALUES ('…'");
    EXPECT_EQ(shown_sql("SELECT $tag$ half a sec"), "SELECT '…'");
}

TEST(ShownSql, ParametersNamesAndNumbersStay) {
    EXPECT_EQ(shown_sql("SELECT $1, a$b, \"it's\", 12 FROM t"),
              "SELECT $1, a$b, \"it's\", 12 FROM t");
}

TEST(ShownSql, CommentsAndLinesGo) {
    EXPECT_EQ(shown_sql("SELECT 1 -- it's\n  /* 'a' /* b */ */ , 2"), "SELECT 1 , 2");
    EXPECT_EQ(shown_sql("/* key=abcdef */\n\tSELECT 1"), "SELECT 1");
    EXPECT_EQ(shown_sql(""), "");
}

TEST(ShownSql, SecretsOutsideLiteralsAreRedactedAndLongTextIsCut) {
    EXPECT_EQ(shown_sql("COPY t FROM sk-abcdefghijklmnopqrst"), "COPY t FROM ***");
    EXPECT_LE(shown_sql("SELECT " + std::string(9000, 'x'), 100).size(), 110u);
}

}  // namespace
}  // namespace stele::watch
