#include "mesh/reliability.hpp"

#include <algorithm>

namespace stele::mesh {

double blended(double base, const Outcomes& outcomes) {
    const double weight = std::max(outcomes.weight, 0.0);
    const double success = std::clamp(outcomes.success, 0.0, weight);
    return (kOutcomePrior * base + success) / (kOutcomePrior + weight);
}

std::vector<double> reliability_of(api::Context&, const std::vector<std::string>& names,
                                   const std::vector<Outcomes>& outcomes) {
    std::vector<double> out;
    out.reserve(names.size());
    for (std::size_t i = 0; i < names.size(); ++i)
        out.push_back(blended(kReliabilityUnknown, outcomes[i]));
    return out;
}

}  // namespace stele::mesh
