#include "knowledge/retrieval/scores.hpp"

#include "foundation/base/dispatch.hpp"

namespace stele::retrieval {

STELE_DISPATCH void add_weights(float* scores, const std::uint8_t* weights, std::size_t count,
                                float worth) {
    for (std::size_t i = 0; i < count; ++i) scores[i] += worth * float(weights[i]);
}

STELE_DISPATCH float highest_of(const float* strip) {
    float highest = strip[0];
    for (std::size_t i = 1; i < kStrip; ++i) highest = strip[i] > highest ? strip[i] : highest;
    return highest;
}

STELE_DISPATCH void similarities(const float* rows, std::size_t count, const float* question,
                                 std::size_t dimensions, float* out) {
    for (std::size_t row = 0; row < count; ++row, rows += dimensions) {
        float sum = 0;
        for (std::size_t i = 0; i < dimensions; ++i) sum += rows[i] * question[i];
        out[row] = sum;
    }
}

}  // namespace stele::retrieval
