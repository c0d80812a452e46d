// These loops are written to be vectorised. CMakeLists.txt builds them with -O3 in every
// configuration, allows sums to be reassociated and lets the compiler assume finite numbers.
#include "foundation/embed/kernels.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "foundation/base/dispatch.hpp"

namespace stele::embed::kernels {

namespace {

template <class To, class From>
inline To bits_as(From from) {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    std::memcpy(&to, &from, sizeof to);
    return to;
}

// 2^127 is the bias of a float's exponent, 2^15 that of a half's: a half's bits, moved into a
// float's place, are the value times 2^-112; subnormals included.
constexpr float kUpscale = 0x1p112f;

constexpr float kCodes = 16384.0f;  // of a quantised activation

// erf of x ≥ 0 by Abramowitz & Stegun 7.1.28: no exponential, one division. Beyond 4 it is 1 −
// 2e-8; clamped, because the 16th power would leave the range of a float.
inline float erf_positive(float x) {
    x = std::min(x, 4.0f);
    float p = 0.0000430638f;
    p = p * x + 0.0002765672f;
    p = p * x + 0.0001520143f;
    p = p * x + 0.0092705272f;
    p = p * x + 0.0422820123f;
    p = p * x + 0.0705230784f;
    p = p * x + 1.0f;
    p *= p;
    p *= p;
    p *= p;
    p *= p;
    return 1.0f - 1.0f / p;
}

// e^x for x ≤ 0, relative error 1e-7: 2^whole by its exponent bits, the rest by Taylor.
inline float exp_nonpositive(float x) {
    const float t = std::max(x, -87.0f) * 1.44269504f;
    const float whole = std::floor(t + 0.5f);
    const float f = (t - whole) * 0.69314718f;
    float p = 1.0f / 5040.0f;
    p = p * f + 1.0f / 720.0f;
    p = p * f + 1.0f / 120.0f;
    p = p * f + 1.0f / 24.0f;
    p = p * f + 1.0f / 6.0f;
    p = p * f + 0.5f;
    p = p * f + 1.0f;
    p = p * f + 1.0f;
    return p * bits_as<float>((static_cast<std::int32_t>(whole) + 127) << 23);
}

}  // namespace

STELE_DISPATCH
void widen(const std::uint16_t* __restrict in, float* __restrict out, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t sign = (in[i] & 0x8000u) << 16;
        const float magnitude =
            bits_as<float>(static_cast<std::uint32_t>(in[i] & 0x7fffu) << 13) * kUpscale;
        out[i] = bits_as<float>(bits_as<std::uint32_t>(magnitude) | sign);
    }
}

STELE_DISPATCH
void add_layer_norm(float* __restrict rows, const float* __restrict addend, std::size_t count,
                    std::size_t width, const float* __restrict gamma, const float* __restrict beta,
                    float epsilon) {
    for (std::size_t r = 0; r < count; ++r, rows += width, addend += width) {
        float sum = 0;
        for (std::size_t i = 0; i < width; ++i) {
            rows[i] += addend[i];
            sum += rows[i];
        }
        const float mean = sum / static_cast<float>(width);
        float squares = 0;
        for (std::size_t i = 0; i < width; ++i) squares += (rows[i] - mean) * (rows[i] - mean);
        const float scale = 1.0f / std::sqrt(squares / static_cast<float>(width) + epsilon);
        for (std::size_t i = 0; i < width; ++i)
            rows[i] = (rows[i] - mean) * scale * gamma[i] + beta[i];
    }
}

STELE_DISPATCH
void add_row(float* __restrict rows, std::size_t count, std::size_t width,
             const float* __restrict row) {
    for (std::size_t r = 0; r < count; ++r, rows += width)
        for (std::size_t i = 0; i < width; ++i) rows[i] += row[i];
}

STELE_DISPATCH
void gelu(float* values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const float x = values[i];
        const float e = erf_positive(std::fabs(x) * 0.70710678f);
        values[i] = 0.5f * (x + std::fabs(x) * e);
    }
}

STELE_DISPATCH
void softmax(float* values, std::size_t count, float scale) {
    float greatest = values[0];
    for (std::size_t i = 1; i < count; ++i) greatest = std::max(greatest, values[i]);
    float sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        values[i] = exp_nonpositive((values[i] - greatest) * scale);
        sum += values[i];
    }
    const float inverse = 1.0f / sum;
    for (std::size_t i = 0; i < count; ++i) values[i] *= inverse;
}

namespace {

// Half a lane of floats; the compiler splits it into the registers that there are.
using Half = float __attribute__((vector_size(kLane / 2 * sizeof(float))));

// kRows rows of a: their sums stay in registers while b streams by.
template <std::size_t kRows>
inline __attribute__((always_inline)) void multiply_rows(std::size_t n, std::size_t k,
                                                         const float* a, std::size_t a_stride,
                                                         const float* b, float* out) {
    for (std::size_t at = 0; at < n; at += kLane) {
        Half sums[kRows][2] = {};
        for (std::size_t i = 0; i < k; ++i) {
            Half left, right;
            std::memcpy(&left, b + i * n + at, sizeof left);
            std::memcpy(&right, b + i * n + at + kLane / 2, sizeof right);
            for (std::size_t r = 0; r < kRows; ++r) {
                sums[r][0] += a[r * a_stride + i] * left;
                sums[r][1] += a[r * a_stride + i] * right;
            }
        }
        for (std::size_t r = 0; r < kRows; ++r)
            std::memcpy(out + r * n + at, sums[r], sizeof sums[r]);
    }
}

}  // namespace

STELE_DISPATCH
void multiply(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t a_stride,
              const float* b, float* out) {
    for (; m >= 4; m -= 4, a += 4 * a_stride, out += 4 * n)
        multiply_rows<4>(n, k, a, a_stride, b, out);
    for (; m > 0; --m, a += a_stride, out += n) multiply_rows<1>(n, k, a, a_stride, b, out);
}

STELE_DISPATCH
void gather(const float* __restrict rows, std::size_t count, std::size_t stride, std::size_t width,
            float* __restrict out) {
    for (std::size_t r = 0; r < count; ++r, rows += stride, out += padded(width)) {
        std::copy_n(rows, width, out);
        std::fill(out + width, out + padded(width), 0.0f);
    }
}

STELE_DISPATCH
void gather_transposed(const float* __restrict rows, std::size_t count, std::size_t stride,
                       std::size_t width, float* __restrict out) {
    for (std::size_t c = 0; c < width; ++c, out += padded(count)) {
        for (std::size_t r = 0; r < count; ++r) out[r] = rows[r * stride + c];
        std::fill(out + count, out + padded(count), 0.0f);
    }
}

STELE_DISPATCH
RowScale quantize_row(const float* __restrict row, std::size_t width, std::uint8_t* __restrict high,
                      std::uint8_t* __restrict low) {
    float least = 0, greatest = 0;
    for (std::size_t i = 0; i < width; ++i) {
        least = std::min(least, row[i]);
        greatest = std::max(greatest, row[i]);
    }
    // Rounding the zero point up to a multiple of 128 takes at most 128 of the 16384 codes.
    const float step = std::max((greatest - least) / (kCodes - 129.0f), 1e-30f);
    const float inverse = 1.0f / step;
    const float zero = std::ceil(-least * inverse / 128.0f);
    // The sum is positive, so adding a half and cutting off rounds to nearest.
    const float shift = zero * 128.0f + 0.5f;
    for (std::size_t i = 0; i < width; ++i) {
        const float value = std::min(std::max(row[i] * inverse + shift, 0.0f), kCodes - 1.0f);
        const auto code = static_cast<std::int32_t>(value);
        high[i] = static_cast<std::uint8_t>(code >> 7);
        low[i] = static_cast<std::uint8_t>(code & 127);
    }
    return {step, static_cast<std::int32_t>(zero)};
}

STELE_DISPATCH
float quantize_weights(const float* __restrict row, std::size_t width,
                       std::int8_t* __restrict out) {
    float greatest = 0;
    for (std::size_t i = 0; i < width; ++i) greatest = std::max(greatest, std::fabs(row[i]));
    const float step = std::max(greatest / 127.0f, 1e-30f);
    const float inverse = 1.0f / step;
    for (std::size_t i = 0; i < width; ++i) {
        const float value = row[i] * inverse;
        out[i] =
            static_cast<std::int8_t>(static_cast<std::int32_t>(value + (value < 0 ? -0.5f : 0.5f)));
    }
    return step;
}

STELE_DISPATCH
void dequantize_row(const std::int32_t* __restrict high, const std::int32_t* __restrict low,
                    RowScale scale, const std::int32_t* __restrict weight_sums,
                    const float* __restrict weight_steps, const float* __restrict bias,
                    std::size_t width, float* __restrict out) {
    for (std::size_t i = 0; i < width; ++i) {
        const std::int32_t centred = high[i] - scale.zero * weight_sums[i];
        const float sum = static_cast<float>(centred) * 128.0f + static_cast<float>(low[i]);
        out[i] = sum * (scale.step * weight_steps[i]) + bias[i];
    }
}

STELE_DISPATCH
void add_to(float* __restrict sum, const float* __restrict row, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) sum[i] += row[i];
}

STELE_DISPATCH
bool normalize(float* row, std::size_t width) {
    float squares = 0;
    for (std::size_t i = 0; i < width; ++i) squares += row[i] * row[i];
    // Compared as bits: the compiler is told that nothing is infinite or NaN.
    constexpr std::uint32_t kExponent = 0x7f800000u;
    if (squares <= 0 || (bits_as<std::uint32_t>(squares) & kExponent) == kExponent) return false;
    const float scale = 1.0f / std::sqrt(squares);
    for (std::size_t i = 0; i < width; ++i) row[i] *= scale;
    return true;
}

}  // namespace stele::embed::kernels
