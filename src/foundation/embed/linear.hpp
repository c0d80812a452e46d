// y = x · Wᵀ + b in integers: twice as fast as in floats or more, in a quarter of the space.
//
// Weights have 8 bits and one step per output. Inputs are quantised row by row to 14 bits, as two
// planes of 7: what is left of the error is the weights' (cosine to the exact vectors .9996), and
// products of 7 bits are exact on every x86, with VNNI or without. README.md has the numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace stele::embed {

class Linear {
  public:
    // weights: outputs × inputs, row by row; bias: outputs.
    Linear(std::span<const float> weights, std::span<const float> bias);

    std::size_t inputs() const { return inputs_; }
    std::size_t outputs() const { return bias_.size(); }

    // x: rows × inputs, y: rows × outputs. Any number of threads may call this.
    void apply(const float* x, std::size_t rows, float* y) const;

  private:
    std::size_t inputs_;
    std::vector<float> bias_;
    std::vector<std::int8_t> weights_;
    std::vector<float> steps_;               // of each output's weights
    std::vector<std::int32_t> weight_sums_;  // of each output: takes the inputs' zero point out
};

}  // namespace stele::embed
