#include "work/agent_health/struggle.hpp"

#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include "foundation/pg/database.hpp"
#include "runtime/settings.hpp"

namespace stele::agent_health {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

StruggleOutput check(int without_progress, int errors, int identical = 0, double burn = 1) {
    const runtime::Settings settings;
    pg::Database nobody(pg::ConnInfo::parse("host=/nowhere"), {});
    runtime::Context context{{}, settings, nobody, nullptr, {}, {}, "", false, {}};
    return check_struggle(context, {without_progress, errors, identical, burn});
}

TEST(Struggle, FollowsItsRules) {
    for (const auto& [progress, errors, identical, burn, severity] :
         {std::tuple{0, 0, 0, 1.0, Severity::ok}, std::tuple{2, 2, 2, 1.5, Severity::ok},
          std::tuple{3, 0, 0, 1.0, Severity::warning}, std::tuple{4, 0, 0, 1.0, Severity::warning},
          std::tuple{5, 0, 0, 1.0, Severity::critical}, std::tuple{0, 3, 0, 1.0, Severity::warning},
          std::tuple{0, 5, 0, 1.0, Severity::critical},
          std::tuple{0, 0, 3, 1.0, Severity::critical}, std::tuple{2, 0, 0, 1.6, Severity::warning},
          std::tuple{1, 0, 0, 9.0, Severity::ok}, std::tuple{3, 5, 0, 2.0, Severity::critical}}) {
        SCOPED_TRACE(testing::Message() << progress << " " << errors << " " << identical);
        const StruggleOutput out = check(progress, errors, identical, burn);
        EXPECT_EQ(out.severity, severity);
        EXPECT_EQ(out.is_stuck, severity != Severity::ok);
        EXPECT_EQ(out.indicators.empty(), severity == Severity::ok);
        EXPECT_FALSE(out.recommendation.empty());
    }
    EXPECT_THAT(check(3, 5, 4, 2).indicators, SizeIs(4));
    EXPECT_THAT(check(2, 2).indicators, IsEmpty());
}

}  // namespace
}  // namespace stele::agent_health
