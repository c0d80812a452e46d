#include "operate/migrations/sql_tokens.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace stele::ops {
namespace {

using ::testing::ElementsAre;

// Each token as a letter for its kind, a colon, and its text, in the order of the text.
std::vector<std::string> cut(std::string_view text) {
    constexpr std::string_view kLetters = "wqs.c!";
    ScannedSql scanned = scan_sql(text);
    std::vector<Token>& all = scanned.tokens;
    all.insert(all.end(), scanned.comments.begin(), scanned.comments.end());
    std::ranges::sort(all, {}, [](const Token& token) { return token.text.data(); });
    std::vector<std::string> out;
    for (const Token& token : all)
        out.push_back(std::string{kLetters[std::size_t(token.kind)], ':'} +
                      std::string(token.text));
    return out;
}

TEST(SqlTokens, Words) {
    EXPECT_THAT(cut("SELECT a$1, \"B\"\"c\".d"),
                ElementsAre("w:SELECT", "w:a$1", ".:,", "q:\"B\"\"c\"", ".:.", "w:d"));
    EXPECT_THAT(cut("U&\"d\\0061t\" u & x"), ElementsAre("q:U&\"d\\0061t\"", "w:u", ".:&", "w:x"));
    EXPECT_THAT(cut("größe"), ElementsAre("w:größe"));
}

TEST(SqlTokens, Strings) {
    EXPECT_THAT(cut("'it''s' 'a\\' b"), ElementsAre("s:'it''s'", "s:'a\\'", "w:b"));
    EXPECT_THAT(cut("E'a\\' b' e'\\\\' c"), ElementsAre("s:E'a\\' b'", "s:e'\\\\'", "w:c"));
    EXPECT_THAT(cut("B'01' X'fF' U&'\\0061' U&'b'"),
                ElementsAre("s:B'01'", "s:X'fF'", "s:U&'\\0061'", "s:U&'b'"));
    EXPECT_THAT(cut("case'a'"), ElementsAre("w:case", "s:'a'"));
}

TEST(SqlTokens, AStringGoesOnBehindALineBreak) {
    EXPECT_THAT(cut("'a'\n  'b' c"), ElementsAre("s:'a'\n  'b'", "w:c"));
    EXPECT_THAT(cut("E'a'\n 'b\\' c' d"), ElementsAre("s:E'a'\n 'b\\' c'", "w:d"));
    EXPECT_THAT(cut("'a' 'b'"), ElementsAre("s:'a'", "s:'b'"));
    EXPECT_THAT(cut("'a' -- the end"), ElementsAre("s:'a'", "c:-- the end"));
}

TEST(SqlTokens, DollarQuotes) {
    EXPECT_THAT(cut("$$ ' $x$ -- $$ $x$ $$ $x$ $1"),
                ElementsAre("s:$$ ' $x$ -- $$", "s:$x$ $$ $x$", ".:$1"));
    EXPECT_THAT(cut("$ü_1$ a $ü_1$"), ElementsAre("s:$ü_1$ a $ü_1$"));
    EXPECT_THAT(cut("a$$b"), ElementsAre("w:a$$b"));
}

TEST(SqlTokens, Comments) {
    EXPECT_THAT(cut("a--b\n/* c /* d */ -- */ e */ f"),
                ElementsAre("w:a", "c:--b", "c:/* c /* d */ -- */", "w:e", ".:*/", "w:f"));
    EXPECT_THAT(cut("1-/*x*/2"), ElementsAre(".:1", ".:-", "c:/*x*/", ".:2"));
}

TEST(SqlTokens, NumbersAndOperators) {
    EXPECT_THAT(cut("1e5 1.5e-3 .5 1-2"),
                ElementsAre(".:1e5", ".:1.5e-3", ".:.5", ".:1", ".:-", ".:2"));
    EXPECT_THAT(cut("a::b<>c;(d)"),
                ElementsAre("w:a", ".:::", "w:b", ".:<>", "w:c", ".:;", ".:(", "w:d", ".:)"));
}

// PostgreSQL 15's lexer refuses the numbers of PostgreSQL 16, and the whole text with them.
TEST(SqlTokens, WhatTheLexerRefusesIsPassedOver) {
    EXPECT_THAT(cut("a 0x1F, 1_000 'ü' b"),
                ElementsAre("w:a", ".:0x1F", ".:,", ".:1_000", "s:'ü'", "w:b"));
    EXPECT_THAT(cut("'ü' \"\" c"), ElementsAre("s:'ü'", ".:\"\"", "w:c"));
    std::string many;
    for (int i = 0; i < 200; ++i) many += "0x1F ";
    EXPECT_EQ(cut(many).back().substr(0, 6), "!:0x1F");
}

TEST(SqlTokens, ANulEndsSql) {
    EXPECT_THAT(cut(std::string_view("a; \0 b", 6)),
                ElementsAre("w:a", ".:;", std::string("!:\0 b", 5)));
}

TEST(SqlTokens, WhatIsNeverClosedEndsTheText) {
    EXPECT_THAT(cut("a 'b; c"), ElementsAre("w:a", "!:'b; c"));
    EXPECT_THAT(cut("a \"b; c"), ElementsAre("w:a", "!:\"b; c"));
    EXPECT_THAT(cut("a /* /* */ b"), ElementsAre("w:a", "!:/* /* */ b"));
    EXPECT_THAT(cut("a $x$ $$ b"), ElementsAre("w:a", "!:$x$ $$ b"));
    EXPECT_THAT(cut("E'a\\"), ElementsAre("!:E'a\\"));
}

TEST(SqlTokens, LinesAreCountedThroughEverything) {
    const ScannedSql scanned = scan_sql("a\n'b\n'/*\n*/ c\n$$\n$$ d", 5);
    std::vector<std::uint32_t> lines;
    for (const Token& token : scanned.tokens) lines.push_back(token.line);
    EXPECT_THAT(lines, ElementsAre(5, 6, 8, 9, 10));
    ASSERT_EQ(scanned.comments.size(), 1u);
    EXPECT_EQ(scanned.comments[0].line, 7u);
}

TEST(SqlTokens, NamesAreFoldedOrUnquoted) {
    const auto name = [](std::string_view text) { return name_of(scan_sql(text).tokens.at(0)); };
    EXPECT_EQ(name("Memories"), "memories");
    EXPECT_EQ(name("\"Me\"\"m\""), "Me\"m");
    EXPECT_EQ(name("U&\"Mem\""), "Mem");
}

}  // namespace
}  // namespace stele::ops
