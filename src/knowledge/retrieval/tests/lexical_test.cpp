#include "knowledge/retrieval/lexical.hpp"

#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <cmath>

#include "foundation/base/limits.hpp"

namespace stele::retrieval {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Lexical, FoldsStemsAndDropsStopWords) {
    EXPECT_THAT(terms_of("The Databases were RUNNING on ports"),
                ElementsAre("databas", "run", "port"));
    EXPECT_THAT(terms_of("Café naïve ÜBER"), ElementsAre("cafe", "naiv", "uber"));
    EXPECT_THAT(terms_of("Cafe\u0301"), ElementsAre("cafe"));  // a combining accent
    EXPECT_THAT(terms_of("the of and"), IsEmpty());
    EXPECT_THAT(terms_of(""), IsEmpty());
}

TEST(Lexical, KeepsIdentifiersAndTheirParts) {
    EXPECT_THAT(terms_of("PoolStats"), ElementsAre("pool", "stat", "poolstat"));
    EXPECT_THAT(terms_of("src/pg/pool.cpp:42"), ElementsAre("src", "pg", "pool", "cpp", "42"));
    EXPECT_THAT(terms_of("snake_case"), ElementsAre("snake", "case"));
}

TEST(Lexical, PairsCharactersOfScriptsWithoutSpaces) {
    EXPECT_THAT(terms_of("とうふ"), ElementsAre("とう", "うふ"));
    EXPECT_THAT(terms_of("犬 dog"), ElementsAre("犬", "dog"));
}

TEST(Lexical, WeightIsBm25WithAFixedAverageLength) {
    // One term among three: 1·2.2 / (1 + 0.3 + 0.03·3)
    const pg::SparseVector weights = document_weights("alpha beta gamma");
    ASSERT_EQ(weights.entries.size(), 3u);
    for (const auto& [dimension, weight] : weights.entries) EXPECT_NEAR(weight, 2.2 / 1.39, 1e-5);
    EXPECT_TRUE(std::is_sorted(weights.entries.begin(), weights.entries.end()));
}

TEST(Lexical, BoundsWhatTheVectorTypeCanHold) {
    std::string text;
    for (int i = 0; i < 20000; ++i) text += "w" + std::to_string(i) + " ";
    EXPECT_EQ(document_weights(text).entries.size(), limits::kDocumentTerms);
    const std::vector<std::string> query = query_terms(text);
    EXPECT_EQ(query.size(), limits::kLongQueryTerms);
    EXPECT_EQ(query.front(), "w0");
    EXPECT_EQ(query.back(), "w19999");  // the end of a long question counts
    EXPECT_THAT(query_terms("port port PORT"), ElementsAre("port"));
}

TEST(Ranking, RareWordsCountMore) {
    EXPECT_NEAR(inverse_document_frequency(10, 1), std::log(1 + 9.5 / 1.5), 1e-12);
    EXPECT_GT(inverse_document_frequency(10, 1), inverse_document_frequency(10, 9));
    EXPECT_GT(inverse_document_frequency(10, 10), 0);
}

}  // namespace
}  // namespace stele::retrieval
