#include "knowledge/events/event_type.hpp"

#include <algorithm>
#include <array>

namespace stele::events {

namespace {

constexpr std::string_view kLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/-";

constexpr std::array<std::string_view, 8> kOwnTypes{
    "job.queued", "job.started", "job.resumed",          "job.complete",
    "job.failed", "job.stopped", "job.context_injected", "ping"};
constexpr std::array<std::string_view, 4> kOwnPrefixes{"stream.", "job.delegation.", "cron.",
                                                       "hook."};

}  // namespace

std::string event_type_problem(std::string_view type) {
    if (!type.empty() && type.find_first_not_of(kLetters) == type.npos) return "";
    return "a type is letters, digits and _ . : / - alone";
}

std::string reported_type_problem(std::string_view type) {
    const bool own =
        std::ranges::find(kOwnTypes, type) != kOwnTypes.end() ||
        std::ranges::any_of(kOwnPrefixes, [&](auto prefix) { return type.starts_with(prefix); });
    return own ? "the server alone reports events of this type" : event_type_problem(type);
}

}  // namespace stele::events
