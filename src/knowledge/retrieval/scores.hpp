// The loops over all documents or lists of a tenant: written to be vectorised, compiled for it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace stele::retrieval {

// scores[i] += worth · weights[i]
void add_weights(float* scores, const std::uint8_t* weights, std::size_t count, float worth);

// Scores are looked at in strips of so many.
inline constexpr std::size_t kStrip = 64;
float highest_of(const float* strip);

// out[r] = Σ rows[r · dimensions + i] · question[i], for `count` rows.
void similarities(const float* rows, std::size_t count, const float* question,
                  std::size_t dimensions, float* out);

}  // namespace stele::retrieval
