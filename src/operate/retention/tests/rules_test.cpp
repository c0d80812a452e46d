// The configuration as rules.
#include "operate/retention/rules.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

namespace stele::retention {
namespace {

constexpr Timestamp kNow{1'800'000'000'000'000};
constexpr std::int64_t kDay = 86'400'000'000;

std::vector<std::string> names(const runtime::RetentionSettings& settings) {
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
    runtime::RetentionSettings settings;
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

TEST(Rules, OfJobsCountFromTheirEnd) {
    runtime::RetentionSettings settings;
    settings.audit_days = 10;
    const auto rules = job_rules_of(settings, kNow);
    ASSERT_EQ(rules.size(), 2u);
    EXPECT_EQ(rules[0].retention + ": " + rules[0].name, "ephemeral: ended more than 30 days ago");
    EXPECT_EQ(rules[1].before.micros, kNow.micros - 10 * kDay);
}

TEST(Rules, OfEventsKeepAWeekAtLeast) {
    runtime::RetentionSettings settings;
    EXPECT_FALSE(event_rule_of(settings, kNow));
    settings.event_days = 1;
    EXPECT_EQ(event_rule_of(settings, kNow)->before.micros, kNow.micros - 7 * kDay);
    settings.event_days = 90;
    EXPECT_EQ(event_rule_of(settings, kNow)->before.micros, kNow.micros - 90 * kDay);
}

}  // namespace
}  // namespace stele::retention
