// The configuration as rules.
#include "ops/retention/rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stele::retention {
namespace {

constexpr Timestamp kNow{1'800'000'000'000'000};
constexpr std::int64_t kDay = 86'400'000'000;

std::vector<std::string> names(const api::RetentionSettings& settings) {
    std::vector<std::string> out;
    for (const Rule& rule : rules_of(settings, kNow))
        out.push_back(rule.retention + ": " + rule.name);
    return out;
}

TEST(Rules, OfTheDefaultsTouchNeitherStandardNorAuditByAge) {
    EXPECT_THAT(names({}), testing::ElementsAre("ephemeral: expired more than 7 days ago",
                                                "standard: expired more than 7 days ago",
                                                "ephemeral: unchanged for 30 days"));
}

TEST(Rules, FollowTheConfigurationAndNeverSpeakOfLegalHolds) {
    api::RetentionSettings settings;
    settings.expired_grace_days = 0;
    settings.ephemeral_days = 0;
    settings.standard_days = 400;
    settings.audit_days = 3650;
    EXPECT_THAT(names(settings), testing::ElementsAre("ephemeral: expired more than 0 days ago",
                                                      "standard: expired more than 0 days ago",
                                                      "standard: unchanged for 400 days",
                                                      "audit: unchanged for 3650 days"));
    const auto rules = rules_of(settings, kNow);
    EXPECT_EQ(rules[0].before.micros, kNow.micros);
    EXPECT_EQ(rules[3].before.micros, kNow.micros - 3650 * kDay);
}

}  // namespace
}  // namespace stele::retention
