// Whether work goes round in circles, told from four numbers. No database.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "foundation/base/reflect.hpp"
#include "runtime/context.hpp"

namespace stele::agent_health {

using reflect::field;
using reflect::fields;

enum class Severity { ok, warning, critical };

// The names are the contract's.
struct StruggleInput {
    int without_progress = 0;
    int errors = 0;
    int identical = 0;
    double burn = 1;
    template <class S = StruggleInput>
    static auto describe() {
        constexpr double most = 1e6;
        return fields(
            field("iterations_without_progress", &S::without_progress,
                  "Rounds since something was achieved: a file changed, a test passed")
                .required()
                .positional()
                .range(0, most),
            field("recent_errors", &S::errors, "Errors in the last rounds")
                .required()
                .positional()
                .range(0, most),
            field("identical_output_count", &S::identical, "Times the same output came in a row")
                .range(0, most),
            field("token_burn_ratio", &S::burn,
                  "Tokens of a round, beside what is usual; 1: as ever")
                .range(0, most));
    }
};

struct StruggleOutput {
    bool is_stuck = false;
    Severity severity = Severity::ok;
    std::vector<std::string> indicators;
    std::string recommendation;
    template <class S = StruggleOutput>
    static auto describe() {
        return fields(field("isStuck", &S::is_stuck, "Something points at it"),
                      field("severity", &S::severity, "ok, warning or critical: the worst of them"),
                      field("indicators", &S::indicators, "What points at it"),
                      field("recommendation", &S::recommendation, "What to do now"));
    }
};

StruggleOutput check_struggle(runtime::Context& context, const StruggleInput& input);

}  // namespace stele::agent_health

template <>
struct stele::reflect::EnumNames<stele::agent_health::Severity> {
    static constexpr std::array<std::pair<agent_health::Severity, std::string_view>, 3> values{
        {{agent_health::Severity::ok, "ok"},
         {agent_health::Severity::warning, "warning"},
         {agent_health::Severity::critical, "critical"}}};
};
