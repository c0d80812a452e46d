#include "operate/setup/jsonc.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/error.hpp"

namespace stele::ops {
namespace {

using ::testing::HasSubstr;

const json::object kEntry{{"command", "/bin/stele"}, {"args", json::array{"mcp"}}};

std::string set(std::string_view text) {
    return with_member(text, {"mcpServers", "stele"}, kEntry, "the file");
}

TEST(Jsonc, OfAMemberThatIsThereTwiceTheLastChanges) {
    const std::string edited = with_member(R"({"a": {"b": 1}, "a": {}})", {"a", "b"}, 2, "file");
    EXPECT_EQ(parse_jsonc(edited, "file").at("a").at("b"), 2);
}

TEST(Jsonc, ACommentMayEndWithTwoAsterisks) {
    const std::string text =
        "{ /** one **/ \"a\": \"/* no comment */\", // ** /\n \"b\": 1 /***/ }";
    EXPECT_EQ(parse_jsonc(text, "file").at("a"), "/* no comment */");
    EXPECT_EQ(parse_jsonc(text, "file").at("b"), 1);
    const std::string edited = with_member(text, {"b"}, 2, "file");
    EXPECT_EQ(parse_jsonc(edited, "file").at("b"), 2);
    EXPECT_THROW(parse_jsonc("{ /* never over", "file"), Error);
}

TEST(Jsonc, ACommentThatBeginsWithAnEndIsNotOver) {
    const std::string text = "{ /*/ \"a\": 1 */ \"b\": 2, /*// */ }";
    EXPECT_EQ(parse_jsonc(text, "file").at("b"), 2);
    const std::string edited = with_member(text, {"a"}, 3, "file");
    EXPECT_EQ(parse_jsonc(edited, "file").at("a"), 3);
    EXPECT_EQ(parse_jsonc(edited, "file").at("b"), 2);
}

TEST(Jsonc, MakesAFileFromNothing) {
    const std::string text = R"({
  "mcpServers": {
    "stele": {
      "command": "/bin/stele",
      "args": [
        "mcp"
      ]
    }
  }
}
)";
    EXPECT_EQ(set(""), text);
    EXPECT_EQ(set(" \n"), text);
    EXPECT_EQ(set(text), text);
}

TEST(Jsonc, KeepsEverythingElseToTheByte) {
    const std::string before = R"({
    // why this is here
    "theme" : "dark",   /* stays */
    "mcpServers": {
        "other": { "command": "npx", "args": ["-y", "x"] }, // not ours
    },
    "last": [1, 2,
        3]
}
)";
    const std::string after = R"({
    // why this is here
    "theme" : "dark",   /* stays */
    "mcpServers": {
        "other": { "command": "npx", "args": ["-y", "x"] },
        "stele": {
            "command": "/bin/stele",
            "args": [
                "mcp"
            ]
        }, // not ours
    },
    "last": [1, 2,
        3]
}
)";
    EXPECT_EQ(set(before), after);
    EXPECT_EQ(set(after), after);
}

TEST(Jsonc, KeepsTabsAndOneLiners) {
    EXPECT_EQ(set("{\n\t\"a\": 1\n}\n"),
              "{\n\t\"a\": 1,\n\t\"mcpServers\": {\n\t\t\"stele\": {\n\t\t\t\"command\": "
              "\"/bin/stele\",\n\t\t\t\"args\": [\n\t\t\t\t\"mcp\"\n\t\t\t]\n\t\t}\n\t}\n}\n");
    const std::string one_line = set(R"({"a":1,"mcpServers":{"x":{}}})");
    EXPECT_THAT(one_line, HasSubstr(R"({"a":1,"mcpServers":{"x":{},)"));
    EXPECT_EQ(parse_jsonc(one_line, "x").at("mcpServers").at("stele"), json::value(kEntry));
}

TEST(Jsonc, FillsEmptyObjectsAndKeepsTheirComments) {
    const std::string after = set("{\n  \"mcpServers\": {\n    // none yet\n  }\n}");
    EXPECT_THAT(after, HasSubstr("// none yet\n    \"stele\": {"));
    EXPECT_THAT(after, HasSubstr("    }\n  }\n}"));
    EXPECT_EQ(parse_jsonc(set("{}"), "x").at("mcpServers").at("stele"), json::value(kEntry));
    EXPECT_EQ(parse_jsonc(set("\xef\xbb\xbf{ }"), "x").at("mcpServers").at("stele"),
              json::value(kEntry));
}

TEST(Jsonc, ReplacesOnlyTheMember) {
    const std::string before =
        "{\"mcpServers\": {\n  \"stele\": {\"command\": \"/old\"},\n  \"b\": \"}\\\"{\" }}";
    const std::string after = set(before);
    EXPECT_EQ(after.substr(after.find(",\n  \"b\"")), ",\n  \"b\": \"}\\\"{\" }}");
    EXPECT_EQ(parse_jsonc(after, "x").at("mcpServers").at("stele"), json::value(kEntry));
}

// Whatever the file looks like: afterwards it is the same value with ours added.
TEST(Jsonc, OnlyAddsOursWhateverTheFileLooksLike) {
    for (const char* text : {
             "{}",
             "{ /* a */ }",
             "{\"a\": [], \"b\": {}, \"c\": \"\\\\\"}",
             "// top\n{\"a\":null}// end",
             "{\"mcpServers\": {\"a\": {\"b\": {\"c\": [{}, [], \"]\"]}}, }, }",
             "{\n\n\n\"x\":-1.5e3,\n\"mcpServers\" /* here */ : /* and here */ {}}",
             "{\"mcpServers\":{\"st\\u0065le\":{\"command\":\"/old\"}}}",
         }) {
        json::value expected = parse_jsonc(text, "x");
        json::object& servers = expected.get_object()["mcpServers"].is_object()
                                    ? expected.at("mcpServers").as_object()
                                    : expected.at("mcpServers").emplace_object();
        servers["stele"] = kEntry;
        EXPECT_EQ(parse_jsonc(set(text), "x"), expected) << set(text);
        EXPECT_EQ(set(set(text)), set(text)) << text;
    }
}

TEST(Jsonc, RefusesWhatItDoesNotUnderstand) {
    for (const char* text : {"{", "[]", "{\"mcpServers\": 1}", "{'a': 1}", "{\"a\": /* }"})
        EXPECT_THROW(set(text), Error) << text;
}

TEST(LineDiff, ShowsWhatChanges) {
    EXPECT_EQ(line_diff("a\nb\nc\n", "a\nb\nc\n"), "");
    EXPECT_EQ(line_diff("a\nb\nc\n", "a\nB\nc\n"), "@@ line 2\n-b\n+B\n");
    EXPECT_EQ(line_diff("", "a\nb\n"), "@@ line 1\n+a\n+b\n");
    EXPECT_EQ(line_diff("a\na\n", "a\na\na\n"), "@@ line 3\n+a\n");
}

}  // namespace
}  // namespace stele::ops
