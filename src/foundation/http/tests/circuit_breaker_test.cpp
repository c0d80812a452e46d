#include "foundation/http/circuit_breaker.hpp"

#include <gtest/gtest.h>

namespace stele::http {
namespace {

using std::chrono::milliseconds;

class CircuitBreakerTest : public ::testing::Test {
  protected:
    CircuitBreaker breaker_{3, milliseconds(100)};
    CircuitBreaker::Clock::time_point now_ = CircuitBreaker::Clock::now();
};

TEST_F(CircuitBreakerTest, OpensAfterSoManyFailuresInARow) {
    for (int i = 0; i < 2; ++i) breaker_.failed(now_);
    EXPECT_TRUE(breaker_.allows(now_));
    breaker_.succeeded();
    for (int i = 0; i < 2; ++i) breaker_.failed(now_);
    EXPECT_TRUE(breaker_.allows(now_));
    breaker_.failed(now_);
    EXPECT_FALSE(breaker_.allows(now_));
    EXPECT_FALSE(breaker_.allows(now_ + milliseconds(99)));
}

TEST_F(CircuitBreakerTest, LetsOneCallAPeriodThroughUntilOneSucceeds) {
    for (int i = 0; i < 3; ++i) breaker_.failed(now_);
    const auto later = now_ + milliseconds(100);
    EXPECT_TRUE(breaker_.allows(later));
    EXPECT_FALSE(breaker_.allows(later));
    EXPECT_TRUE(breaker_.allows(later + milliseconds(100)));
    breaker_.failed(later + milliseconds(150));
    EXPECT_FALSE(breaker_.allows(later + milliseconds(249)));
    EXPECT_TRUE(breaker_.allows(later + milliseconds(250)));
    breaker_.succeeded();
    EXPECT_TRUE(breaker_.allows(later + milliseconds(250)));
    EXPECT_TRUE(breaker_.allows(later + milliseconds(250)));
}

}  // namespace
}  // namespace stele::http
