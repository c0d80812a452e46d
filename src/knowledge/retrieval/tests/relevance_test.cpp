#include "knowledge/retrieval/relevance.hpp"

#include <gtest/gtest.h>

namespace stele::retrieval {
namespace {

constexpr std::string_view kBuiltin = "sentence-transformers/all-MiniLM-L6-v2";

CandidateSet two_items() {
    CandidateSet c;
    c.terms = 2;
    c.items.resize(2);
    c.weights = {1, 0, 0, 1};  // each has one of both words
    return c;
}

TEST(Relevance, WhatFitsIsMeasuredOverTheItemsThatMayBeAnAnswer) {
    CandidateSet c = two_items();
    c.items[0].cosine[kOwn] = 0.4F;
    c.items[1].cosine[kWindow] = 0.5F;
    const Fit both = fit_of(c, {3, 1});
    EXPECT_TRUE(both.asked);
    EXPECT_FLOAT_EQ(both.known, 1);
    EXPECT_FLOAT_EQ(both.words, 0.75F);
    EXPECT_FLOAT_EQ(both.meaning, 0.4F);
    EXPECT_FLOAT_EQ(both.around, 0.5F);
    c.items[0].eligible = false;
    const Fit second = fit_of(c, {3, 1});
    EXPECT_FLOAT_EQ(second.known, 0.25F);
    EXPECT_FLOAT_EQ(second.words, 0.25F);
    EXPECT_FALSE(fit_of(CandidateSet{}, {}).asked);
}

TEST(Relevance, NothingFitsIsAnAnswer) {
    EXPECT_EQ(is_relevant({true, 1, 1, 0.8F, 0.8F}, kBuiltin), true);
    EXPECT_EQ(is_relevant({true, 1, 1, 0, 0}, ""), true);
    EXPECT_EQ(is_relevant({true, 0, 0, 0, 0}, ""), false);
    EXPECT_EQ(is_relevant({true, 0, 0, 0.05F, 0.05F}, kBuiltin), false);
    EXPECT_EQ(is_relevant({true, 0, 0, 0.7F, 0.7F}, kBuiltin), true);  // by its meaning alone
    EXPECT_EQ(is_relevant({false, 0, 0, 0, 0}, ""), std::nullopt);     // no words to look for
    // Of another model's cosines the floor knows nothing.
    EXPECT_EQ(is_relevant({true, 0, 0, 0.9F, 0.9F}, "bge-m3"), std::nullopt);
    EXPECT_EQ(is_relevant({true, 1, 1, 0, 0}, "bge-m3"), true);
}

TEST(Relevance, OfTwoSortsOneIsEnough) {
    EXPECT_EQ(either(true, std::nullopt), true);
    EXPECT_EQ(either(false, false), false);
    EXPECT_EQ(either(false, std::nullopt), std::nullopt);
}

}  // namespace
}  // namespace stele::retrieval
