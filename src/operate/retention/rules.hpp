// The configuration as rules: which class goes for which reason.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/base/clock.hpp"
#include "runtime/settings.hpp"

namespace stele::retention {

struct Rule {
    std::string retention;   // the class
    std::string name;        // the reason, as plan and log show it
    bool by_expiry = false;  // expires_at decides; else the last change does, or a job's end
    Timestamp before;        // rows from before then go
};

// A row that two rules would take is the first one's.
std::vector<Rule> rules_of(const runtime::RetentionSettings& settings, Timestamp now);
// The same durations since a job ended.
std::vector<Rule> job_rules_of(const runtime::RetentionSettings& settings, Timestamp now);
// Months of events that ended before then go; none: they stay.
std::optional<Rule> event_rule_of(const runtime::RetentionSettings& settings, Timestamp now);

}  // namespace stele::retention
