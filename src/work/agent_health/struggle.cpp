#include "work/agent_health/struggle.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stele::agent_health {

namespace {

// The contract's rules.
constexpr int kWarnAt = 3, kCriticalAt = 5;
constexpr int kIdentical = 3;
constexpr double kBurn = 1.5;
constexpr int kBurnWithoutProgress = 2;

Severity grade(int count) {
    if (count >= kCriticalAt) return Severity::critical;
    return count >= kWarnAt ? Severity::warning : Severity::ok;
}

std::string advice(Severity severity) {
    switch (severity) {
        case Severity::ok:
            return "Go on.";
        case Severity::warning:
            return "Stop and think: say what was tried and what each try showed, search memory for "
                   "the problem, then try something else.";
        case Severity::critical:
            break;
    }
    return "Stop: what is being tried does not work. Put on record what is known, go back to the "
           "last state that worked, and ask a person or another agent.";
}

}  // namespace

StruggleOutput check_struggle(runtime::Context&, const StruggleInput& in) {
    StruggleOutput out;
    const auto say = [&](Severity severity, std::string what) {
        if (severity == Severity::ok) return;
        out.severity = std::max(out.severity, severity);
        out.indicators.push_back(std::move(what));
    };
    say(grade(in.without_progress), fmt::format("{} rounds without progress", in.without_progress));
    say(grade(in.errors), fmt::format("{} recent errors", in.errors));
    if (in.identical >= kIdentical)
        say(Severity::critical, fmt::format("the same output {} times", in.identical));
    if (in.burn > kBurn && in.without_progress >= kBurnWithoutProgress)
        say(Severity::warning,
            fmt::format("{:.1f} times the usual tokens, and {} rounds without progress", in.burn,
                        in.without_progress));
    out.is_stuck = out.severity != Severity::ok;
    out.recommendation = advice(out.severity);
    return out;
}

}  // namespace stele::agent_health
