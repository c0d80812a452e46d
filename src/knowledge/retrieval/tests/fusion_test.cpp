#include "knowledge/retrieval/fusion.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "knowledge/retrieval/lexical.hpp"
#include "knowledge/retrieval/report.hpp"

namespace stele::retrieval {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A candidates of texts; `add` puts one in a thread when it has a place there.
class Texts {
  public:
    explicit Texts(std::string question, std::vector<std::string> people = {})
        : question_(parse_query(question, people)) {
        candidates_.terms = question_.terms.size();
    }
    Item& add(const std::string& text, std::int32_t seq = 0, const std::string& speaker = "") {
        texts_.push_back(std::make_unique<std::string>(text));
        const Document document = analyse(text);
        Item item;
        item.id.bytes[15] = std::uint8_t(texts_.size());
        item.thread = seq > 0 ? 0 : -1;
        item.seq = seq;
        item.setting = seq > 0 ? Setting::dialogue : Setting::document;
        item.asks = text.find('?') != std::string::npos;
        item.named = question_.named.size() == 1 && question_.named[0] == speaker;
        item.words = document.words;
        item.text = *texts_.back();
        std::vector<float> weights(candidates_.terms);
        for (const auto& [dimension, weight] : document.lexemes.entries)
            for (const Term& term : question_.by_dimension)
                if (term.dimension == dimension) weights[term.at] = weight;
        candidates_.weights.insert(candidates_.weights.end(), weights.begin(), weights.end());
        std::uint64_t hits = 0;
        for (std::size_t p = 0; p < question_.pairs.size(); ++p)
            if (std::ranges::binary_search(document.pairs, question_.pairs[p])) hits |= 1ULL << p;
        candidates_.pair_hits.push_back(hits);
        return candidates_.items.emplace_back(item);
    }
    std::vector<Ranked> rank(bool vectors = false) const {
        const auto idf = term_rarity(candidates_);
        return fuse(candidates_,
                    signals_of(question_, candidates_, word_scores(candidates_, idf), {}), vectors,
                    100);
    }
    const CandidateSet& candidates() const { return candidates_; }
    CandidateSet& candidates() { return candidates_; }

  private:
    Question question_;
    CandidateSet candidates_;
    std::vector<std::unique_ptr<std::string>> texts_;
};

TEST(Question, NamesAreTakenOutAndDatesRead) {
    const std::vector<std::string> people{"Caroline", "Mel"};
    const Question q = parse_query("When did Caroline's sister call, on 8 May 2023?", people);
    EXPECT_THAT(q.named, ElementsAre("Caroline"));
    EXPECT_TRUE(q.asks_when);
    EXPECT_EQ(q.text.find("Caroline"), std::string::npos);
    EXPECT_EQ(q.text.find("'s"), std::string::npos);
    ASSERT_EQ(q.dates.size(), 1u);
    EXPECT_EQ(q.dates[0].month, 5);
    EXPECT_EQ(q.dates[0].day, 8);
    EXPECT_EQ(q.dates[0].year, 2023);
    EXPECT_TRUE(parse_query("You may go, Melanie", people).dates.empty());
    EXPECT_TRUE(parse_query("Melanie", people).named.empty());
    EXPECT_THAT(parse_query("Caroline", people).terms, ElementsAre("carolin"));
}

TEST(Fusion, TheAnswerAfterTheQuestionComesFirst) {
    Texts t("What instrument does Tim play?", {"Tim", "John"});
    t.add("Do you play an instrument, Tim?", 1, "John");
    t.add("The violin, since I was six.", 2, "Tim");
    t.add("Nice weather today.", 3, "John");
    t.add("Let us have lunch.", 4, "Tim");
    const auto ranked = t.rank();
    EXPECT_EQ(ranked[0].item, 1u);
    EXPECT_THAT(explain(t.candidates().items[1], ranked[0].signals),
                HasSubstr("it answers a question whose words match"));
    EXPECT_THAT(explain(t.candidates().items[1], ranked[0].signals),
                HasSubstr("the person you name said it"));
    const SignalReport shown = report(t.candidates().items[1], ranked[0].signals, false);
    EXPECT_DOUBLE_EQ(*shown.answers, 1);
    EXPECT_DOUBLE_EQ(*shown.speaker, 1);
    EXPECT_FALSE(shown.vector);
}

TEST(Fusion, ConversationSignalsStayOutOfAssistantThreadsAndDocuments) {
    Texts t("which port does the database use");
    t.add("Which port does the database use?", 1, "user").setting = Setting::assistant;
    t.add("It depends.", 2, "assistant").setting = Setting::assistant;
    t.add("The database uses port 6543.");
    const auto ranked = t.rank();
    EXPECT_EQ(ranked.back().item, 1u);
    for (const Ranked& r : ranked) {
        EXPECT_EQ(r.signals[kAnswers], 0);
        EXPECT_EQ(r.signals[kBefore], 0);
        EXPECT_FALSE(report(t.candidates().items[r.item], r.signals, false).around);
    }
}

TEST(Fusion, ADateInTheQuestionFavoursWhatWasSaidThen) {
    Texts t("What happened in May 2023?");
    t.add("We happened to meet.", 1).at = *parse_timestamp("2023-04-08T10:00:00Z");
    t.add("We happened to meet.", 2).at = *parse_timestamp("2023-05-08T10:00:00Z");
    EXPECT_EQ(t.rank()[0].item, 1u);
}

TEST(Fusion, LettersFindWhatIsSpelledAlmostAlike) {
    Texts t("transgendered conference");
    t.add("I spoke at the transgender confrence.", 1);
    t.add("We went to the lake and swam.", 2);
    EXPECT_EQ(t.rank()[0].item, 0u);
}

TEST(Fusion, TiesAreBrokenByIdAndPinsBreakThemFirst) {
    Texts t("");
    t.add("a");
    t.add("b");
    t.add("c");
    EXPECT_EQ(t.rank()[0].item, 0u);
    t.candidates().items[2].pinned = true;
    const auto ranked = t.rank();
    EXPECT_EQ(ranked[0].item, 2u);
    EXPECT_EQ(explain(t.candidates().items[2], ranked[0].signals), "it is pinned, it is recent");
    t.candidates().items[2].eligible = false;
    EXPECT_EQ(t.rank().size(), 2u);
}

TEST(Fusion, MeaningsCountOnlyWhenTheQuestionHasAVector) {
    Texts t("anything");
    t.add("one").cosine[kOwn] = 0.2F;
    t.add("two").cosine[kOwn] = 0.9F;
    EXPECT_EQ(t.rank(true)[0].item, 1u);
    EXPECT_EQ(t.rank(false)[0].item, 0u);
}

TEST(Fusion, WhatHasNoVectorYetIsWeighedByItsWords) {
    Texts texts("when did staging move");
    texts.add("The staging database listens on port 6543").cosine[kOwn] = 0.5F;
    texts.add("Staging moved to port 7000 on Tuesday");  // a moment ago: its vector is to come
    texts.add("The harbour is closed on Sundays").cosine[kOwn] = 0.1F;
    EXPECT_EQ(texts.rank(true).front().item, 1U);
}

}  // namespace
}  // namespace stele::retrieval
