// What is a word: texts of many scripts, each asked for as people type it. The sentences are made
// up for this test.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "knowledge/retrieval/lexical.hpp"

namespace stele::retrieval {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Asked {
    std::string query;
    std::size_t text;  // which of the texts is meant
};

// The text that shares the rarest terms with the query; nothing when none shares any.
std::optional<std::size_t> best_of(const std::vector<std::string>& texts,
                                   const std::string& query) {
    std::vector<std::set<std::string>> documents;
    std::map<std::string, double> containing;
    for (const std::string& text : texts) {
        const auto terms = terms_of(text);
        documents.emplace_back(terms.begin(), terms.end());
        for (const std::string& term : documents.back()) ++containing[term];
    }
    std::optional<std::size_t> best;
    double highest = 0;
    for (std::size_t d = 0; d < documents.size(); ++d) {
        double score = 0;
        for (const std::string& term : query_terms(query))
            if (documents[d].contains(term))
                score += inverse_document_frequency(double(texts.size()), containing[term]);
        if (score > highest) {
            highest = score;
            best = d;
        }
    }
    return best;
}

void expect_found(const std::vector<std::string>& texts, const std::vector<Asked>& questions) {
    for (const Asked& asked : questions)
        EXPECT_EQ(best_of(texts, asked.query), std::optional(asked.text)) << asked.query;
}

TEST(Terms, FormsOfTheSameCharacterAreOne) {
    expect_found(
        {"予約システムの鍵はｶｷﾞﾎﾞｯｸｽに入れる", "The oﬃce printer ﬂashes red",
         "Ｔｏｋｅｎ は毎週かわる", "The flat has 72 m² and a garden", "Step ③ is the review",
         "Heat it to 300\u212A slowly", "Cafe\u0301 Gru\u0308n closes at six", "Acme™ sells nails",
         "Rice comes in ㎏ bags"},
        {{"カギボックス", 0},
         {"ｶｷﾞﾎﾞｯｸｽ", 0},
         {"かぎぼっくす", 0},
         {"office flashes", 1},
         {"token", 2},
         {"m2", 3},
         {"step 3", 4},
         {"300K", 5},
         {"café grün", 6},
         {"ACME", 7},
         {"kg", 8}});
    EXPECT_EQ(terms_of("서울"), terms_of("\u1109\u1165\u110B\u116E\u11AF"));  // NFD
    EXPECT_EQ(terms_of("が"), terms_of("か\u3099"));
    EXPECT_NE(terms_of("が"), terms_of("か"));
}

TEST(Terms, OneIdeographIsAWord) {
    expect_found({"彼女は庭で亀を飼っている", "会社の傘は玄関にある", "他每天骑马上班",
                  "우리 집 개가 아프다", "연말에 눈이 온다"},
                 {{"亀", 0}, {"傘", 1}, {"马", 2}, {"개", 3}, {"눈", 4}, {"雨傘", 1}});
    EXPECT_THAT(terms_of("東京都"), ElementsAre("東", "京", "東京", "都", "京都"));
    EXPECT_THAT(terms_of("ねこ・いぬ"), ElementsAre("ねこ", "いぬ"));  // a dot is no character
}

TEST(Terms, ScriptsWithoutSpacesAreSearchedInPairs) {
    // clang-format off
    expect_found({"กุญแจห้องเก็บของอยู่กับสมชาย", "เครื่องพิมพ์เสียตั้งแต่วันศุกร์",
                  "พอร์ตสำรองคือ ๗๕๔๓",
                  "ກະແຈຫ້ອງຢູ່ກັບສົມສັກ", "ຮ້ານກາເຟປິດວັນຈັນ",
                  "កូនសោនៅក្នុងថត", "ហាងកាហ្វេបិទថ្ងៃចន្ទ",
                  "သော့ကို အံဆွဲထဲမှာ ထားသည်", "ကော်ဖီဆိုင် တနင်္လာနေ့ ပိတ်သည်"},
                 {{"กุญแจ", 0},
                  {"สมชาย", 0},
                  {"วันศุกร์", 1},
                  {"เครื่องพิมพ์เสียวันไหน", 1},
                  {"7543", 2},
                  {"ກະແຈ", 3},
                  {"ວັນຈັນ", 4},
                  {"កូនសោ", 5},
                  {"កាហ្វេ", 6},
                  {"သော့", 7},
                  {"တနင်္လာ", 8}});
    // clang-format on
}

TEST(Terms, WhatIsDrawnIsAWord) {
    expect_found({"🍋 marks a sour ticket", "🥝 marks a ripe one", "🕰️ means it is late",
                  "👩‍🚒 is the incident lead", "🙏🏿 says thanks", "🇵🇹 ships from Porto",
                  "🇵🇱 ships from Gdynia", "Fees are in €", "Fees were in £", "Lunch costs $14",
                  "build ⇒ test ⇒ ship"},
                 {{"🍋", 0},
                  {"what does 🥝 mean", 1},
                  {"🕰", 2},
                  {"👩‍🚒", 3},
                  {"🙏", 4},
                  {"🇵🇹", 5},
                  {"🇵🇱", 6},
                  {"€", 7},
                  {"£", 8},
                  {"$ 14", 9},
                  {"⇒", 10}});
    EXPECT_THAT(terms_of("🍋🍋🍋 🍋"), ElementsAre("🍋"));
    EXPECT_THAT(terms_of("│ ── ■ ⠋ ⠙ \uFFFD"), IsEmpty());
    EXPECT_THAT(terms_of("echo $HOME ${PATH} $(pwd)"), ElementsAre("echo", "home", "path", "pwd"));
}

TEST(Terms, InvisibleCharactersDoNotSplitAWord) {
    EXPECT_EQ(terms_of("Daten\u00ADbank"), terms_of("Datenbank"));
    EXPECT_EQ(terms_of("data\u2060base"), terms_of("database"));
    EXPECT_THAT(terms_of("two\u200Bword"), ElementsAre("two", "word"));
}

TEST(Terms, HoldForAnyBytes) {
    EXPECT_THAT(terms_of("\xFF\xC0 ok \xE0\xB8"), ElementsAre("ok"));
    EXPECT_THAT(terms_of("\u0E31\u0301 \u17D2 \u1039 \U0001F1F5"), ElementsAre("🇵"));
    EXPECT_THAT(terms_of("\uFDFA").empty(), false);  // the longest decomposition
}

}  // namespace
}  // namespace stele::retrieval
