// The loops between the matrix products. Each is compiled for several instruction sets and chosen
// when the program starts (x86-64; elsewhere the compiler's baseline is used).
#pragma once

#include <cstddef>
#include <cstdint>

namespace stele::embed::kernels {

// IEEE half to float.
void widen(const std::uint16_t* in, float* out, std::size_t count);

// rows[r] = LayerNorm(rows[r] + addend[r]) * gamma + beta, in place.
void add_layer_norm(float* rows, const float* addend, std::size_t count, std::size_t width,
                    const float* gamma, const float* beta, float epsilon);

void add_row(float* rows, std::size_t count, std::size_t width, const float* row);

// x = x · Φ(x), with erf to 3e-7.
void gelu(float* values, std::size_t count);

// x = exp(scale · x) / Σ exp(scale · x); scale > 0.
void softmax(float* values, std::size_t count, float scale);

// What the attention of one head multiplies: few rows, too little work for a library's call. Widths
// are rounded up to kLane, so that no loop has a remainder.
inline constexpr std::size_t kLane = 32;
inline constexpr std::size_t padded(std::size_t width) {
    return (width + kLane - 1) / kLane * kLane;
}

// out[m × n] = a[m × k] · b[k × n], row-major; n is a multiple of kLane, and so is the length of
// the rows of b and out, which have no gaps. a_stride: floats from one row of a to the next.
void multiply(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t a_stride,
              const float* b, float* out);

// out[r][c] = rows[r][c] for count × width; out's rows have padded(width) floats, the rest zeros.
void gather(const float* rows, std::size_t count, std::size_t stride, std::size_t width,
            float* out);

// out[c][r] = rows[r][c] likewise; out's rows have padded(count) floats.
void gather_transposed(const float* rows, std::size_t count, std::size_t stride, std::size_t width,
                       float* out);

// row / step + 128 · zero, rounded into 0 … 16383, as 128 · high + low: two bytes of seven bits
// each. Step and zero are chosen so that the least and the greatest value and 0 are in range.
struct RowScale {
    float step;
    std::int32_t zero;
};
RowScale quantize_row(const float* row, std::size_t width, std::uint8_t* high, std::uint8_t* low);

// row / step, rounded into −127 … 127. Returns step.
float quantize_weights(const float* row, std::size_t width, std::int8_t* out);

// out[i] = (128 · (high[i] − zero · weight_sums[i]) + low[i]) · step · weight_steps[i] + bias[i],
// where high and low are the products of the two halves of a row with the weights.
void dequantize_row(const std::int32_t* high, const std::int32_t* low, RowScale scale,
                    const std::int32_t* weight_sums, const float* weight_steps, const float* bias,
                    std::size_t width, float* out);

void add_to(float* sum, const float* row, std::size_t width);

// Scales the row to length 1; false (and no change) when its length is 0 or not finite.
bool normalize(float* row, std::size_t width);

}  // namespace stele::embed::kernels
