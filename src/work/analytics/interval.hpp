// How sure a share can be: Wilson's score interval (E. B. Wilson, "Probable inference, the law of
// succession, and statistical inference", Journal of the American Statistical Association 22, 1927,
// pp. 209–212) over as many observations as weighted ones are worth: n = (Σw)² / Σw² (L. Kish,
// "Survey Sampling", 1965). It holds for few observations and for shares near 0 and 1; of scores
// between 0 and 1 it takes the largest variance they can have, so it is too wide rather than too
// narrow.
#pragma once

namespace stele::analytics {

struct Interval {
    double low = 0, high = 1;
    double width() const { return high - low; }
};

// With 95 % confidence. `share` 0 to 1; `n` need not be whole; without observations: everything.
Interval wilson(double share, double n);

double effective_count(double sum_of_weights, double sum_of_squares);

// Below this width a score says that it rests on enough: six of six, or ten of eleven, or 21 whose
// half passed.
inline constexpr double kSufficientWidth = 0.4;

}  // namespace stele::analytics
