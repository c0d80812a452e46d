#include "operate/migrations/sql_tokens.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

namespace stele::ops {
namespace {

using ::testing::ElementsAre;

// Each token as a letter for its kind, a colon, and its text.
std::vector<std::string> cut(std::string_view text) {
    constexpr std::string_view kLetters = "wqsnp.c!";
    std::vector<std::string> out;
    Tokenizer tokens(text);
    for (Token token; tokens.next(token);)
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
    EXPECT_THAT(cut("B'01' X'fF' N'a' U&'\\0061'"),
                ElementsAre("s:B'01'", "s:X'fF'", "s:N'a'", "s:U&'\\0061'"));
    EXPECT_THAT(cut("case'a'"), ElementsAre("w:case", "s:'a'"));
}

TEST(SqlTokens, AStringGoesOnBehindALineBreak) {
    EXPECT_THAT(cut("'a'\n  'b' c"), ElementsAre("s:'a'\n  'b'", "w:c"));
    EXPECT_THAT(cut("E'a' -- and\n 'b\\' c' d"), ElementsAre("s:E'a' -- and\n 'b\\' c'", "w:d"));
    EXPECT_THAT(cut("'a' 'b'"), ElementsAre("s:'a'", "s:'b'"));
    EXPECT_THAT(cut("'a' -- the end"), ElementsAre("s:'a'", "c:-- the end"));
}

TEST(SqlTokens, DollarQuotes) {
    EXPECT_THAT(cut("$$ ' $x$ -- $$ $x$ $$ $x$ $1"),
                ElementsAre("s:$$ ' $x$ -- $$", "s:$x$ $$ $x$", "p:$1"));
    EXPECT_THAT(cut("$ü_1$ a $ü_1$"), ElementsAre("s:$ü_1$ a $ü_1$"));
    EXPECT_THAT(cut("a$$b"), ElementsAre("w:a$$b"));
}

TEST(SqlTokens, Comments) {
    EXPECT_THAT(cut("a--b\n/* c /* d */ -- */ e */ f"),
                ElementsAre("w:a", "c:--b", "c:/* c /* d */ -- */", "w:e", ".:*/", "w:f"));
    EXPECT_THAT(cut("1-/*x*/2"), ElementsAre("n:1", ".:-", "c:/*x*/", "n:2"));
}

TEST(SqlTokens, NumbersAndOperators) {
    EXPECT_THAT(cut("1e5 1.5e-3 .5 0x1F 1_000 1-2 0xe-1"),
                ElementsAre("n:1e5", "n:1.5e-3", "n:.5", "n:0x1F", "n:1_000", "n:1", ".:-", "n:2",
                            "n:0xe", ".:-", "n:1"));
    EXPECT_THAT(cut("a::b<>c;(d)"),
                ElementsAre("w:a", ".:::", "w:b", ".:<>", "w:c", ".:;", ".:(", "w:d", ".:)"));
}

TEST(SqlTokens, WhatIsNeverClosedEndsTheText) {
    EXPECT_THAT(cut("a 'b; c"), ElementsAre("w:a", "!:'b; c"));
    EXPECT_THAT(cut("a \"b; c"), ElementsAre("w:a", "!:\"b; c"));
    EXPECT_THAT(cut("a /* /* */ b"), ElementsAre("w:a", "!:/* /* */ b"));
    EXPECT_THAT(cut("a $x$ $$ b"), ElementsAre("w:a", "!:$x$ $$ b"));
    EXPECT_THAT(cut("E'a\\"), ElementsAre("!:E'a\\"));
}

TEST(SqlTokens, LinesAreCountedThroughEverything) {
    Tokenizer tokens("a\n'b\n'/*\n*/ c\n$$\n$$ d", 5);
    std::vector<std::uint32_t> lines;
    for (Token token; tokens.next(token);) lines.push_back(token.line);
    EXPECT_THAT(lines, ElementsAre(5, 6, 7, 8, 9, 10));
}

TEST(SqlTokens, NamesAreFoldedOrUnquoted) {
    const auto name = [](std::string_view text) {
        Token token;
        Tokenizer(text).next(token);
        return name_of(token);
    };
    EXPECT_EQ(name("Memories"), "memories");
    EXPECT_EQ(name("\"Me\"\"m\""), "Me\"m");
    EXPECT_EQ(name("U&\"Mem\""), "Mem");
}

}  // namespace
}  // namespace stele::ops
