#include "work/analytics/interval.hpp"

#include <gtest/gtest.h>

namespace stele::analytics {
namespace {

TEST(Interval, IsWilsons) {
    // R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    const auto expect = [](double k, double n, double low, double high) {
        const Interval found = wilson(k / n, n);
        EXPECT_NEAR(found.low, low, 5e-5) << k << " of " << n;
        EXPECT_NEAR(found.high, high, 5e-5) << k << " of " << n;
    };
    expect(81, 263, 0.2553, 0.3662);
    expect(15, 148, 0.0624, 0.1605);
    expect(0, 20, 0, 0.1611);
    expect(1, 29, 0.0061, 0.1718);
}

TEST(Interval, KnowsWhatItDoesNotKnow) {
    EXPECT_EQ(wilson(0, 0).width(), 1);
    EXPECT_GT(wilson(1, 1).width(), 0.7);
    EXPECT_EQ(wilson(1, 7).high, 1);
    EXPECT_LT(wilson(0.5, 1e6).width(), 0.01);
    EXPECT_LT(wilson(0.9, 50).width(), wilson(0.9, 10).width());
}

TEST(Interval, EnoughIsAsDocumented) {
    EXPECT_LT(wilson(1, 6).width(), kSufficientWidth);
    EXPECT_GE(wilson(1, 5).width(), kSufficientWidth);
    EXPECT_LT(wilson(10.0 / 11, 11).width(), kSufficientWidth);
    EXPECT_LT(wilson(0.5, 21).width(), kSufficientWidth);
    EXPECT_GE(wilson(0.5, 20).width(), kSufficientWidth);
}

TEST(Interval, WeightsMakeFewerOfMany) {
    EXPECT_DOUBLE_EQ(effective_count(10, 10), 10);         // ten of weight 1
    EXPECT_DOUBLE_EQ(effective_count(5, 2.5), 10);         // ten of weight ½
    EXPECT_NEAR(effective_count(1.1, 1.001), 1.21, 0.01);  // one of 1, ten of 0.01… count little
    EXPECT_EQ(effective_count(0, 0), 0);
}

}  // namespace
}  // namespace stele::analytics
