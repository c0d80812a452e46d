// The configuration as rules: which class goes for which reason.
#pragma once

#include <string>
#include <vector>

#include "api/settings.hpp"
#include "base/clock.hpp"

namespace stele::retention {

struct Rule {
    std::string retention;   // the class
    std::string name;        // the reason, as plan and log show it
    bool by_expiry = false;  // expires_at decides; else the last change does
    Timestamp before;        // rows from before then go
};

// A row that two rules would take is the first one's.
std::vector<Rule> rules_of(const api::RetentionSettings& settings, Timestamp now);

}  // namespace stele::retention
