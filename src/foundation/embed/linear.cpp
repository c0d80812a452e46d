#include "foundation/embed/linear.hpp"

#include <memory>
#include <numeric>

#include "foundation/embed/gemm.hpp"
#include "foundation/embed/kernels.hpp"

namespace stele::embed {

Linear::Linear(std::span<const float> weights, std::span<const float> bias)
    : inputs_(weights.size() / bias.size()),
      bias_(bias.begin(), bias.end()),
      weights_(weights.size()) {
    for (std::size_t n = 0; n < outputs(); ++n) {
        std::int8_t* row = weights_.data() + n * inputs_;
        steps_.push_back(kernels::quantize_weights(weights.data() + n * inputs_, inputs_, row));
        weight_sums_.push_back(std::accumulate(row, row + inputs_, 0));
    }
}

void Linear::apply(const float* x, std::size_t rows, float* y) const {
    // All high planes, then all low ones: one product reads the weights once for both.
    const std::size_t plane = rows * inputs_, result = rows * outputs();
    const auto planes = std::make_unique_for_overwrite<std::uint8_t[]>(2 * plane);
    std::vector<kernels::RowScale> scales(rows);
    for (std::size_t r = 0; r < rows; ++r) {
        std::uint8_t* high = planes.get() + r * inputs_;
        scales[r] = kernels::quantize_row(x + r * inputs_, inputs_, high, high + plane);
    }
    const auto sums = std::make_unique_for_overwrite<std::int32_t[]>(2 * result);
    multiply(2 * rows, outputs(), inputs_, planes.get(), weights_.data(), sums.get());
    for (std::size_t r = 0; r < rows; ++r) {
        const std::int32_t* high = sums.get() + r * outputs();
        kernels::dequantize_row(high, high + result, scales[r], weight_sums_.data(), steps_.data(),
                                bias_.data(), outputs(), y + r * outputs());
    }
}

}  // namespace stele::embed
