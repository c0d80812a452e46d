#include <fmt/format.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "knowledge/conversations/windows.hpp"

namespace stele::conversations {
namespace {

using ::testing::ElementsAre;

Uuid id_of(int seq) {
    Uuid out;
    out.bytes[15] = std::uint8_t(seq);
    return out;
}

std::map<std::int32_t, Text> texts(const std::vector<std::pair<int, std::string>>& said) {
    std::map<std::int32_t, Text> out;
    for (const auto& [seq, text] : said) out[seq] = {id_of(seq), text, true};
    return out;
}

// "message.part:text|…", as one line.
std::vector<std::string> shown(const std::vector<Window>& windows) {
    std::vector<std::string> out;
    for (Window w : windows) {
        std::replace(w.text.begin(), w.text.end(), '\n', '|');
        out.push_back(fmt::format("{}.{}:{}", w.message.bytes[15], w.part, w.text));
    }
    return out;
}

TEST(Windows, AMessageIsMadeWithItsNeighbours) {
    const std::vector<std::int32_t> first{1}, third{3};
    EXPECT_THAT(shown(windows_of(first, texts({{1, "a"}}))),
                ElementsAre("1.0:a", "1.1:a", "1.2:a"));
    // The one before gets its next with it.
    EXPECT_THAT(shown(windows_of(third, texts({{1, "a"}, {2, "b"}, {3, "c"}}))),
                ElementsAre("3.0:c", "2.1:a|b|c", "3.1:b|c", "1.2:a|b|c"));
}

TEST(Windows, GroupsAreAlignedAndLiveAtTheirFirstMessage) {
    const std::vector<std::int32_t> due{8};
    const auto all = texts({{6, "f"}, {7, "g"}, {8, "h"}});
    EXPECT_THAT(shown(windows_of(due, all)),
                ElementsAre("8.0:h", "7.1:f|g|h", "8.1:g|h", "7.2:g|h"));
    // When the first was forgotten, the next one holds the group.
    EXPECT_THAT(shown(windows_of(due, texts({{8, "h"}}))), ElementsAre("8.0:h", "8.1:h", "8.2:h"));
    EXPECT_THAT(places_around(due), ElementsAre(6, 7, 8, 9, 10, 11, 12));
}

TEST(Windows, WhatIsNoConversationStandsAlone) {
    const std::vector<std::int32_t> due{2};
    auto all = texts({{1, "a"}, {2, "b"}, {3, "c"}});
    all[2].dialogue = false;
    EXPECT_THAT(shown(windows_of(due, all)), ElementsAre("2.0:b", "1.1:a|b", "1.2:a|b|c"));
    all[1].dialogue = false;
    EXPECT_THAT(shown(windows_of(due, all)), ElementsAre("2.0:b"));
}

}  // namespace
}  // namespace stele::conversations
