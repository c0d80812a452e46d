#include "knowledge/retrieval/hit_blocks.hpp"

#include <gtest/gtest.h>

namespace stele::retrieval {
namespace {

const Timestamp kNow = *parse_timestamp("2026-11-30T12:00:00Z");

TEST(OneLine, IsCutAtACharacterAndSaysSo) {
    EXPECT_EQ(one_line("port 6543", 9), "port 6543");
    EXPECT_EQ(one_line("port 6543", 8), "port 65…");
    EXPECT_EQ(one_line("port 6543", 6), "port…") << "no space before the mark";
    EXPECT_EQ(one_line("日本語", 6), "日本語");
    EXPECT_EQ(one_line("日本語", 5), "日本…") << "a wide character takes two columns";
    EXPECT_EQ(one_line("日本語", 4), "日…");
    EXPECT_EQ(one_line("e\u0301e\u0301e\u0301", 2), "e\u0301…")
        << "an accent stays with its letter";
    EXPECT_EQ(one_line("👩‍🚀👩‍🚀", 4), "…") << "an emoji of several is one character";
    EXPECT_EQ(one_line("anything", 0), "");
}

TEST(OneLine, ShowsNothingThatATerminalObeys) {
    EXPECT_EQ(one_line("a\x1b[31mb\x07 c\u009b2Jd\x7f", 40), "a[31mb c2Jd");
    EXPECT_EQ(one_line("right \u202eto left\u2066 \u200bend", 40), "right to left end");
    EXPECT_EQ(one_line("  two\r\n\tlines \u00a0 here ", 40), "two lines here");
    EXPECT_EQ(one_line("bad \xff\xc3 bytes", 40), "bad bytes");
}

TEST(Age, IsSaidInTheLargestUnitThatFits) {
    const auto ago = [](std::int64_t seconds) {
        return age({kNow.micros - seconds * 1'000'000}, kNow);
    };
    EXPECT_EQ(ago(0), "just now");
    EXPECT_EQ(ago(60), "1 minute ago");
    EXPECT_EQ(ago(3599), "59 minutes ago");
    EXPECT_EQ(ago(2 * 3600), "2 hours ago");
    EXPECT_EQ(ago(3 * 86400), "3 days ago");
    EXPECT_EQ(ago(40 * 86400), "2026-10-21");
    EXPECT_EQ(ago(-86400), "2026-12-01") << "the future has no age";
}

json::value hit(const std::string& content, const std::string& why = "") {
    json::object row{{"id", "01890a5d-ac96-774b-bcce-b302099a8057"},
                     {"kind", "memory"},
                     {"content", content},
                     {"scope", "project:/work/shop"},
                     {"timestamp", "2026-11-27T12:00:00Z"},
                     {"category", "fact"}};
    if (!why.empty()) row["why"] = why;
    return json::object{{"results", json::array{row}}};
}

TEST(HitBlocks, SayFirstWhatWasFound) {
    EXPECT_EQ(hit_blocks(hit("The port is 6543"), {.columns = 120, .styled = false}, kNow),
              "The port is 6543\n  fact · project:/work/shop · 3 days ago · "
              "01890a5d-ac96-774b-bcce-b302099a8057\n");
    EXPECT_EQ(hit_blocks(hit("The port is 6543", "its words match"), {.columns = 60}, kNow),
              "The port is 6543\n"
              "  \x1b[2mfact · project:/work/shop · 3 days ago · its words match\x1b[0m\n"
              "  \x1b[2m01890a5d-ac96-774b-bcce-b302099a8057\x1b[0m\n");
}

TEST(HitBlocks, NoLineIsWiderThanTheScreenButForAnId) {
    const std::string why(300, 'x');
    for (std::size_t columns : {1, 10, 40, 80, 200}) {
        const std::string text = hit_blocks(hit(std::string(500, 'y'), why),
                                            {.columns = columns, .styled = false}, kNow);
        std::size_t at = 0;
        while (at < text.size()) {
            const std::string line = text.substr(at, text.find('\n', at) - at);
            at += line.size() + 1;
            std::size_t shown = 0;  // every character of it is one column wide
            for (const char c : line) shown += (c & 0xC0) != 0x80;
            if (line.find("01890a5d") == line.npos) {
                EXPECT_LE(shown, std::max<std::size_t>(columns, 3)) << columns << ": " << line;
            }
        }
        EXPECT_NE(text.find("01890a5d-ac96-774b-bcce-b302099a8057"), text.npos);
    }
}

TEST(HitBlocks, OfSomethingThatWasSaidNameTheSpeaker) {
    json::value said = hit("Moved to 7000");
    json::object& row = said.at("results").as_array()[0].as_object();
    row.erase("category");
    row["threadId"] = "ses_1";
    row["speaker"] = "user";
    const runtime::Screen wide{.columns = 120, .styled = false};
    EXPECT_NE(hit_blocks(said, wide, kNow).find("  ses_1 user · "), std::string::npos);
    row.erase("speaker");
    EXPECT_NE(hit_blocks(said, wide, kNow).find("  ses_1 summary · "), std::string::npos);
    EXPECT_EQ(
        hit_blocks(json::object{{"results", json::array{}}, {"message", "no vectors"}}, wide, kNow),
        "Nothing found; --scope all looks everywhere.\n\nNote: no vectors\n");
}

}  // namespace
}  // namespace stele::retrieval
