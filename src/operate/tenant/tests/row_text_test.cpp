#include "operate/tenant/row_text.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/error.hpp"
#include "foundation/base/json.hpp"

namespace stele::tenant {
namespace {

std::string to_json(std::string_view copy) {
    std::string out;
    append_json_row(out, copy);
    return out;
}

std::string to_copy(std::string_view json) {
    std::string out;
    append_copy_line(out, json);
    return out;
}

TEST(RowText, FieldsBecomeStringsAndNulls) {
    EXPECT_EQ(to_json("a\tb c\t\\N\t\n"), "[\"a\",\"b c\",null,\"\"]\n");
    EXPECT_EQ(to_copy("[\"a\",\"b c\",null,\"\"]"), "a\tb c\t\\N\t\n");
    std::string out;
    EXPECT_EQ(append_copy_line(out, "[\"a\",\"b c\",null,\"\"]"), 4u);
}

TEST(RowText, EveryEscapeOfCopyIsJson) {
    const std::string copy =
        "say \"hi\"\t\\\\N\t\\b\\f\\n\\r\\t\\v\\\\\t\x01\x1f\x7f\t\u00e9\U0001f5ff\n";
    const std::string json = to_json(copy);
    const json::value parsed = parse_json(json, "row");  // a real parser reads the values
    EXPECT_EQ(parsed.at(0), "say \"hi\"");
    EXPECT_EQ(parsed.at(1), "\\N");
    EXPECT_EQ(parsed.at(2), "\b\f\n\r\t\v\\");
    EXPECT_EQ(parsed.at(3), "\x01\x1f\x7f");
    EXPECT_EQ(parsed.at(4), "\u00e9\U0001f5ff");
    EXPECT_EQ(to_copy(std::string_view(json).substr(0, json.size() - 1)), copy);
}

TEST(RowText, ALineThatLooksLikeCopysEndIsAValue) {
    EXPECT_EQ(to_copy("[\"\\\\.\"]"), "\\\\.\n");
    EXPECT_EQ(to_json("\\\\.\n"), "[\"\\\\.\"]\n");
}

TEST(RowText, WhatThisProgramDoesNotWriteIsRefused) {
    for (const char* row : {"",
                            "[",
                            "[]",
                            "{}",
                            "[\"a\"",
                            "[\"a\",]",
                            "[\"a\"]x",
                            "[ \"a\"]",
                            "[\"a\", \"b\"]",
                            "[a]",
                            "[1]",
                            "[nul]",
                            "[NULL]",
                            "[\"a]",
                            "[\"\\N\"]",
                            "[\"\\x41\"]",
                            "[\"\\u0041\"]",
                            "[\"\\u000a\"]",
                            "[\"\\u000B\"]",
                            "[\"\\u\"]",
                            "[\"\\\"]",
                            "[\"a\tb\"]",
                            "[\"a\nb\"]",
                            "[\"a\\.\"]",
                            "[[\"a\"]]"})
        EXPECT_THROW(to_copy(row), Error) << row;
}

}  // namespace
}  // namespace stele::tenant
