// From the sums that the database gives to scores: what scores, recommendations and feedback share.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "foundation/pg/result.hpp"
#include "work/analytics/types.hpp"

namespace stele::analytics {

// Below so many annotations in all nothing is recommended, and the contract's insufficientData is
// said.
inline constexpr std::int64_t kEnough = 10;
// A trend needs as many.
inline constexpr std::int64_t kTrendAnnotations = 3;

// Over annotations, each weighing 2^(−age / half-life).
struct Sums {
    std::int64_t total = 0, passed = 0, failed = 0;
    double weights = 0, scores = 0, squares = 0;
};

struct All {
    std::vector<Score> scores;  // by dimension, the most annotated first
    std::map<std::string, std::vector<Score>> models_by_domain;

    const Score& overall() const;
};

// Rows of scores.sql.
All read_scores(const pg::Result& rows);

}  // namespace stele::analytics
