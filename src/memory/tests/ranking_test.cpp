#include "memory/ranking.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stele::memory {
namespace {

Candidate candidate(int number, std::optional<double> cosine = {}) {
    Candidate c;
    c.id.bytes[15] = std::uint8_t(number);
    c.cosine = cosine;
    return c;
}

TEST(Ranking, FusesWhatTheArmsSay) {
    const Candidates sheet{
        {candidate(1, 0.1), candidate(2, 0.2), candidate(3, 0.9)}, 2, {1, 0, 1, 1, 0, 0}};
    const auto idf = term_weights(sheet);
    const auto ranked = rank(sheet, idf, Weights{}, {}, 10);
    ASSERT_EQ(ranked.size(), 3u);
    for (const Ranked& r : ranked) {
        EXPECT_GE(*r.signals.fts, 0);
        EXPECT_LE(*r.signals.fts, 1);
        EXPECT_LE(*r.signals.vector, 1);
    }
    EXPECT_EQ(ranked.back().id, sheet.all[0].id);
    const auto words_only = rank(sheet, idf, {.vector = 0}, {}, 1);
    EXPECT_EQ(words_only[0].id, sheet.all[1].id);
}

TEST(Ranking, TiesAreBrokenByIdAndPinsAndAgeBreakThemFirst) {
    Candidates sheet{{candidate(2), candidate(1), candidate(3)}, 0, {}};
    auto ranked = rank(sheet, {}, Weights{}, {}, 3);
    EXPECT_EQ(ranked[0].id, sheet.all[1].id);
    sheet.all[2].pinned = true;
    ranked = rank(sheet, {}, Weights{}, {}, 3);
    EXPECT_EQ(ranked[0].id, sheet.all[2].id);
    EXPECT_EQ(explain(ranked[0].signals), "pinned, recent");
}

}  // namespace
}  // namespace stele::memory
