// Which domains hold the agents' data: their examples need rows to be there first.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace stele::app {

inline bool is_agents(std::string_view domain) {
    constexpr std::array<std::string_view, 19> kDomains{
        "memory", "chat",       "job",   "recall",    "graph",  "event",   "session",
        "mesh",   "delegation", "posse", "analytics", "skills", "channel", "schedule",
        "cron",   "heartbeat",  "hooks", "instance",  "token"};
    return std::ranges::find(kDomains, domain) != kDomains.end();
}

}  // namespace stele::app
