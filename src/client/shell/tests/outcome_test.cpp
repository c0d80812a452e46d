// What a command's end means, and what the views show.
#include "client/shell/outcome.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "client/shell/watch.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"

namespace stele::shell {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

json::value output(const std::string& out) {
    return output_of(out, out.size());
}

TEST(Outcome, JsonIsItselfAndTheRestIsText) {
    EXPECT_EQ(output("{\"a\": [1]}\n"), json::value({{"a", json::array{1}}}));
    EXPECT_EQ(output("42\n"), 42);
    EXPECT_EQ(output(" \n"), nullptr);
    EXPECT_EQ(output("two\nwords"), json::value({{"text", "two\nwords"}}));
    EXPECT_EQ(output(std::string("a\0b\xff", 4)), json::value({{"text", "a?b?"}}));
    // What JSON cannot keep is text.
    EXPECT_EQ(output("\"\\u0000\""), json::value({{"text", "\"\\u0000\""}}));
}

TEST(Outcome, MoreThanAJobMayKeepIsCutAndSaysSo) {
    for (const char c : {'x', '\n', '\x01'}) {
        const json::value cut = output_of(std::string(limits::kJobBytes + 1, c), 1 << 20);
        EXPECT_EQ(cut.at("bytes"), 1 << 20);
        EXPECT_EQ(cut.at("truncated"), true);
        EXPECT_LE(serialize(cut).size(), limits::kJobBytes);
        EXPECT_GT(cut.at("text").as_string().size(), limits::kJobBytes / 16);
    }
    const std::string json = "[" + std::string(limits::kJobBytes, ' ') + "]";
    EXPECT_TRUE(output(json).as_object().contains("truncated"));
}

TEST(Outcome, SomeExitCodesAreFinal) {
    const std::set<int> codes = exit_codes_of("2, 3");
    EXPECT_THAT(codes, ElementsAre(2, 3));
    EXPECT_TRUE(is_final(3, codes) && is_final(64, codes) && is_final(65, codes));
    EXPECT_FALSE(is_final(1, codes) || is_final(75, codes) || is_final(137, codes));
    EXPECT_TRUE(exit_codes_of("").empty());
    for (const char* wrong : {"x", "0", "256", "2,,3", "2 3"})
        EXPECT_THROW(exit_codes_of(wrong), Error) << wrong;
}

TEST(Outcome, LinesBeyondTheRateAreCounted) {
    LineRate rate(2);
    const Deadline start{100s};
    int skipped = 0;
    EXPECT_TRUE(rate.admit(start, skipped) && rate.admit(start, skipped));
    EXPECT_FALSE(rate.admit(start + 500ms, skipped));
    EXPECT_FALSE(rate.admit(start + 900ms, skipped));
    EXPECT_EQ(rate.skipped(), 2);
    EXPECT_TRUE(rate.admit(start + 1s, skipped));
    EXPECT_EQ(skipped, 2);
    EXPECT_EQ(rate.skipped(), 0);
}

TEST(Screen, IsPaintedOverInPlaceAndKeepsItsSize) {
    const std::vector<Line> lines{Line().add("ready", Colour::green), Line().add("\x1b[31mevil\n"),
                                  Line().add("cut")};
    const Terminal terminal{.is_one = true, .colours = true, .columns = 6, .rows = 3};
    EXPECT_EQ(painted(lines, terminal), "\x1b[H\x1b[32mready\x1b[0m\x1b[K\n [31me\x1b[K\n\x1b[J");
    EXPECT_EQ(painted(lines, {}), "ready\n [31mevil \ncut\n");
}

TEST(Watch, CountsWhatEndedSinceTheLastLook) {
    Snapshot look;
    look.at = *parse_timestamp("2026-11-20T08:00:10Z");
    look.queues = {json::object{{"queue", "builds"},
                                {"ready", 3},
                                {"running", 1},
                                {"delayed", 0},
                                {"waiting", 2},
                                {"paused", true},
                                {"draining", false}}};
    look.running = {json::object{
        {"id", "i"}, {"name", "build"}, {"worker", "w"}, {"startedAt", "2026-11-20T08:00:00Z"}}};
    look.last_steps = {"compile"};
    for (const char* at : {"2026-11-20T08:00:09Z", "2026-11-20T08:00:06Z", "2026-11-20T07:00:00Z"})
        look.complete.push_back(json::object{{"endedAt", at}});
    const auto text = [&](std::optional<Timestamp> before) {
        return painted(lines_of(look, before), {});
    };
    EXPECT_THAT(text(*parse_timestamp("2026-11-20T08:00:05Z")),
                HasSubstr("2 complete, 0.4/s since the last look"));
    EXPECT_THAT(text({}), Not(HasSubstr("since")));
    EXPECT_THAT(text({}), HasSubstr("10 s  w                       compile"));
    EXPECT_THAT(text({}), HasSubstr("paused"));
    look.problem = "nobody answers";
    EXPECT_THAT(text({}), HasSubstr("nobody answers"));
}

}  // namespace
}  // namespace stele::shell
