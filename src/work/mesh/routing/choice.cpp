#include "work/mesh/routing/choice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "work/mesh/members/registry.hpp"

namespace stele::mesh {

namespace {

constexpr int kTries = 2;  // targets whose health is looked at, the best first
constexpr std::size_t kNamesShown = 20;

std::string no_target(const runtime::Context& context, const Decision& decision,
                      const std::string& target) {
    if (is_self(context, target, "")) return "an instance does not delegate to itself";
    std::vector<std::string> names;
    for (const Decision::One& one : decision.candidates) names.push_back(one.entry.profile->name);
    for (const Skipped& other : decision.skipped) {
        if (other.name == target) return fmt::format("{} cannot have it: {}", target, other.why);
        if (other.why != "self") names.push_back(other.name);
    }
    if (names.empty()) return "no other instance has registered";
    std::ranges::sort(names);
    if (names.size() > kNamesShown) names.resize(kNamesShown);
    return fmt::format("there is no instance \"{}\"; there is {}", target, fmt::join(names, ", "));
}

std::vector<std::size_t> to_try(const Wish& wish, const Decision& decision) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < decision.candidates.size(); ++i) {
        const Decision::One& one = decision.candidates[i];
        if (wish.target ? one.entry.profile->name == *wish.target
                        : int(out.size()) < kTries &&
                              (one.score > wish.least || (i == 0 && decision.settled)))
            out.push_back(i);
    }
    return out;
}

// Nobody is there to be asked.
Refused nobody(const runtime::Context& context, const Wish& wish, const Decision& decision) {
    const auto is_self = [](const Skipped& other) { return other.why == "self"; };
    Refused out;
    if (decision.candidates.empty() && std::ranges::all_of(decision.skipped, is_self))
        out.refusal = Refusal::nobody;
    for (const Skipped& other : decision.skipped)
        if (other.name == wish.target && (other.why == "unhealthy" || other.why == "offline"))
            out.refusal = Refusal::unwell;
    if (wish.target)
        out.why = no_target(context, decision, *wish.target);
    else if (decision.selected)
        out.why = fmt::format("the best score is {:.2f}, not above {}",
                              decision.candidates[0].score, wish.least);
    else
        out.why = decision.reason;
    return out;
}

}  // namespace

std::optional<Refused> choose(const runtime::Context& context, Peers& peers, const Wish& wish,
                              Decision& decision) {
    const std::vector<std::size_t> candidates = to_try(wish, decision);
    if (candidates.empty()) return nobody(context, wish, decision);
    Refused out{Refusal::unwell, ""};
    for (const std::size_t at : candidates) {
        const Profile& profile = *decision.candidates[at].entry.profile;
        const std::string problem = peers.problem_of(profile.endpoint);
        if (problem.empty()) {
            const std::string reason = reason_of(decision, at);
            select(decision, at, wish.target ? "named by the caller; " + reason : reason);
            return std::nullopt;
        }
        out.why = fmt::format("{} does not answer well: {}", profile.name, problem);
    }
    return out;
}

}  // namespace stele::mesh
