#include "runtime/caller/call_limiter.hpp"

#include <gtest/gtest.h>

#include "foundation/base/error.hpp"

namespace stele::runtime {
namespace {

using namespace std::chrono_literals;

Caller of(CallerKind kind, std::string principal) {
    Caller out;
    out.kind = kind;
    out.principal = std::move(principal);
    return out;
}

const Caller kShell = of(CallerKind::local, "local");
const Caller kService = of(CallerKind::service, "service:ci");

struct Limited : ::testing::Test {
    CallLimiter::Time now{};
    CallLimiter limiter(CallLimiter::Options options) {
        return CallLimiter(options, [this] { return now; });
    }
    static Code refused(CallLimiter& limiter, const Caller& caller, bool begins = true) {
        try {
            limiter.enter(caller, begins);
            return Code::internal;
        } catch (const Error& error) {
            EXPECT_TRUE(error.retryable());
            return error.code();
        }
    }
};

TEST_F(Limited, ARateWithABurst) {
    CallLimiter limits = limiter({.per_second = 5, .at_once = 0});
    for (int i = 0; i < 10; ++i) EXPECT_EQ(refused(limits, kService), Code::internal) << i;
    EXPECT_EQ(refused(limits, kService), Code::rate_limited);
    EXPECT_THROW(limits.check(kService), Error);
    EXPECT_EQ(refused(limits, kService, false), Code::internal) << "a look is no new call";
    EXPECT_EQ(refused(limits, of(CallerKind::service, "service:other")), Code::internal)
        << "each credential has its own";
    now += 200ms;
    EXPECT_NO_THROW(limits.check(kService));
    EXPECT_EQ(refused(limits, kService), Code::internal);
    EXPECT_EQ(refused(limits, kService), Code::rate_limited);
}

TEST_F(Limited, SoManyAtOnce) {
    CallLimiter limits = limiter({.per_second = 0, .at_once = 2});
    auto first = limits.enter(kService);
    const auto second = limits.enter(kService);
    EXPECT_EQ(refused(limits, kService), Code::rate_limited);
    first.reset();
    EXPECT_EQ(refused(limits, kService), Code::internal);
}

TEST_F(Limited, TheShellAndTheServersTokenOnlyWhereSet) {
    CallLimiter none = limiter({});
    for (int i = 0; i < 10'000; ++i) {
        none.enter(kShell);
        none.enter(of(CallerKind::operator_token, "operator"));
    }
    int service = 0;
    while (refused(none, kService) == Code::internal) ++service;
    EXPECT_EQ(service, 2 * int(CallLimiter::kPerSecond));
    CallLimiter set = limiter({.per_second = 1, .at_once = 0});
    set.enter(kShell);
    set.enter(kShell);
    EXPECT_EQ(refused(set, kShell), Code::rate_limited);
}

}  // namespace
}  // namespace stele::runtime
