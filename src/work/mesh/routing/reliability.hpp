// How far instances may be relied on: what was said about their work, and what became of what was
// delegated to them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "foundation/base/uuid.hpp"
#include "runtime/context.hpp"

namespace stele::mesh {

// An outcome weighs half as much after a week, and what is not known weighs as much as three
// outcomes of now:
//     reliability = (3 · base + successes) / (3 + outcomes)        both weighted
// So one failure does not condemn anybody, and nothing known is the base.
inline constexpr double kOutcomeHalfLife = 7 * 24 * 3600.0;  // seconds
inline constexpr double kOutcomePrior = 3;
inline constexpr double kReliabilityUnknown = 0.5;

struct Outcomes {
    double weight = 0, success = 0;  // as they weigh now (sql/beats.sql)
};

double blended(double base, const Outcomes& outcomes);

// For each of these names, 0 to 1. The base is the pass rate of its annotations as an agent, as it
// was in the last half minute (kReliabilityKept): annotations are many and change slowly.
inline constexpr std::chrono::seconds kReliabilityKept{30};
std::vector<double> reliability_of(runtime::Context& context, const std::vector<std::string>& names,
                                   const std::vector<Outcomes>& outcomes);

}  // namespace stele::mesh
