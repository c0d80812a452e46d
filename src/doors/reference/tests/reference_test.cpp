// The pages that need no registry.
#include "doors/reference/reference.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "doors/reference/markdown.hpp"
#include "doors/reference/pages.hpp"
#include "foundation/base/text.hpp"

namespace stele::reference {
namespace {

std::string text_of(const char* file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string> matches(const std::string& text, const char* pattern) {
    const std::regex regex(pattern);
    std::set<std::string> out;
    for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end; ++it)
        out.insert((*it)[1]);
    return out;
}

TEST(Reference, LimitsNameEveryConstant) {
    const auto declared =
        matches(text_of("src/foundation/base/limits.hpp"), R"(constexpr [\w:]+ (k[A-Z]\w+))");
    const auto named =
        matches(text_of("src/doors/reference/limits_page.cpp"), R"(\b(k[A-Z]\w+)\b)");
    EXPECT_GT(declared.size(), 90u);
    for (const std::string& name : declared)
        EXPECT_TRUE(named.contains(name))
            << name
            << ": add a row to src/doors/reference/limits_page.cpp, then ./script/reference";
}

TEST(Reference, ErrorsNameEveryCode) {
    const std::string page = errors_page();
    EXPECT_THAT(page, testing::HasSubstr("| `invalid_argument` | 400 | 2 |"));
    EXPECT_THAT(page, testing::HasSubstr("| `internal` | 500 | 1 |"));
    EXPECT_THAT(page, testing::Not(testing::HasSubstr("|  |")));
}

TEST(Reference, ProseIsWrappedAndEscaped) {
    EXPECT_EQ(prose("project:<path> and `job.*`, [a]"), "project:\\<path> and `job.*`, \\[a\\]");
    const std::string text = item("word " + std::string(130, 'x') + " after");
    EXPECT_EQ(text, "* word\n  " + std::string(130, 'x') + "\n  after\n");
}

TEST(Reference, NumbersAreWrittenForPeople) {
    EXPECT_EQ(bytes(64 * 1024), "64 KiB");
    EXPECT_EQ(bytes(16 << 20), "16 MiB");
    EXPECT_EQ(bytes(2000), "2,000 bytes");
    EXPECT_EQ(count(1234567), "1,234,567");
    EXPECT_EQ(count(-1000), "-1,000");
    EXPECT_EQ(count(-100), "-100");
}

TEST(Reference, TextsAreQuotedForAShell) {
    EXPECT_EQ(shell_quoted("it's"), R"('it'\''s')");
}

}  // namespace
}  // namespace stele::reference
