#include "knowledge/retrieval/long_query.hpp"

#include <fmt/format.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

namespace stele::retrieval {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(LongQuery, OfManyTermsTheRarestThatStandSomewhereCount) {
    std::vector<double> containing(200, 50);
    containing[3] = 0;  // nobody has it, so it finds nothing
    for (std::size_t t = 120; t < 120 + kRarest - 1; ++t) containing[t] = 2;
    containing[199] = 1;
    const auto kept = rarest(containing);
    ASSERT_EQ(kept.size(), kRarest);
    EXPECT_EQ(kept.front(), 120u);
    EXPECT_EQ(kept.back(), 199u);
    EXPECT_EQ(rarest(std::vector<double>(limits::kQueryTerms)).size(), limits::kQueryTerms);
}

TEST(LongQuery, ACandidateSetKeepsTheWeightsOfTheRarest) {
    CandidateSet c;
    c.terms = limits::kQueryTerms + 2;
    c.items.resize(3);
    c.weights.assign(3 * c.terms, 1);  // every item has every term …
    c.weights[1] = c.weights[c.terms + 1] = 0;
    c.weights[2 * c.terms + 1] = 0.5F;  // … but of the second, the last one alone
    keep_rarest(c);
    ASSERT_EQ(c.terms, kRarest);
    ASSERT_EQ(c.weights.size(), 3 * kRarest);
    EXPECT_FLOAT_EQ(c.weights_of(2)[1], 0.5F);
    EXPECT_FLOAT_EQ(c.weights_of(0)[1], 0);
    EXPECT_TRUE(c.containing.empty());  // still counted in the candidates
}

TEST(LongQuery, WhatTheSegmentsDoNotKnowIsCountedInTheCandidates) {
    CandidateSet c;
    c.terms = limits::kQueryTerms + 1;
    c.items.resize(1);
    c.weights.assign(c.terms, 0);
    c.weights.back() = 1;
    c.documents = 5000;
    c.containing.assign(c.terms, 7);
    c.containing.back() = 0;
    keep_rarest(c);
    ASSERT_EQ(c.containing.size(), kRarest);
    EXPECT_FLOAT_EQ(c.weights.back(), 1);
    EXPECT_DOUBLE_EQ(c.containing.back(), 1);
}

TEST(LongQuery, SaysWhatWasLeftOut) {
    std::string text;
    for (int i = 0; i < 64; ++i) text += fmt::format("w{} ", i);
    EXPECT_FALSE(left_out(parse_query(text, {}), false));
    EXPECT_THAT(*left_out(parse_query(text + "heron", {}), false), HasSubstr("65 different words"));
    EXPECT_THAT(*left_out(parse_query("short", {}), true), HasSubstr("beginning and its end"));
    for (int i = 0; i < 600; ++i) text += fmt::format("v{} ", i);
    const auto all = left_out(parse_query(text, {}), true);
    EXPECT_THAT(*all, HasSubstr("more than 512 different words"));
    EXPECT_THAT(*all, HasSubstr("beginning and its end"));
}

}  // namespace
}  // namespace stele::retrieval
