#include "operate/retention/rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stele::retention {

namespace {

constexpr int kEventDaysLeast = 7;  // stele_drop_partitions refuses less

Timestamp days_before(Timestamp now, int days) {
    return {now.micros - std::int64_t(days) * 86'400'000'000};
}

}  // namespace

std::vector<Rule> rules_of(const runtime::RetentionSettings& settings, Timestamp now) {
    std::vector<Rule> out;
    const int grace = settings.expired_grace_days;
    for (const char* name : {"ephemeral", "standard"})
        out.push_back({name, fmt::format("expired more than {} days ago", grace), true,
                       days_before(now, grace)});
    const auto add = [&](const char* name, int days) {
        if (days > 0)
            out.push_back(
                {name, fmt::format("unchanged for {} days", days), false, days_before(now, days)});
    };
    add("ephemeral", settings.ephemeral_days);
    add("standard", settings.standard_days);
    add("audit", settings.audit_days);
    return out;
}

std::vector<Rule> job_rules_of(const runtime::RetentionSettings& settings, Timestamp now) {
    std::vector<Rule> out;
    const auto add = [&](const char* name, int days) {
        if (days > 0)
            out.push_back({name, fmt::format("ended more than {} days ago", days), false,
                           days_before(now, days)});
    };
    add("ephemeral", settings.ephemeral_days);
    add("standard", settings.standard_days);
    add("audit", settings.audit_days);
    return out;
}

std::optional<Rule> event_rule_of(const runtime::RetentionSettings& settings, Timestamp now) {
    if (settings.event_days == 0) return std::nullopt;
    const int days = std::max(settings.event_days, kEventDaysLeast);
    return Rule{"events", fmt::format("the month ended more than {} days ago", days), false,
                days_before(now, days)};
}

}  // namespace stele::retention
