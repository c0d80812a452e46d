#include "work/analytics/interval.hpp"

#include <algorithm>
#include <cmath>

namespace stele::analytics {

namespace {

constexpr double kZ = 1.959963984540054;  // 97.5 % of a normal distribution lies below

}  // namespace

Interval wilson(double share, double n) {
    if (!(n > 0)) return {};
    const double p = std::clamp(share, 0.0, 1.0), z2 = kZ * kZ;
    const double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    const double half = kZ / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
    return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

double effective_count(double sum_of_weights, double sum_of_squares) {
    return sum_of_squares > 0 ? sum_of_weights * sum_of_weights / sum_of_squares : 0;
}

}  // namespace stele::analytics
