#include "foundation/embed/kernels.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "foundation/embed/linear.hpp"

namespace stele::embed {
namespace {

std::vector<float> normal(std::size_t count, unsigned seed, float scale = 1) {
    std::mt19937 random(seed);
    std::normal_distribution<float> distribution(0, scale);
    std::vector<float> out(count);
    for (float& value : out) value = distribution(random);
    return out;
}

// 77 is no multiple of any vector length: the loops' tails are tested too.
constexpr std::size_t kWidth = 77;

TEST(Kernels, WidenIsExactForEveryHalf) {
    std::vector<std::uint16_t> halves(0x10000);
    std::iota(halves.begin(), halves.end(), std::uint16_t{0});
    std::vector<float> floats(halves.size());
    kernels::widen(halves.data(), floats.data(), halves.size());
    for (std::size_t i = 0; i < halves.size(); ++i) {
        const int exponent = (halves[i] >> 10) & 31, mantissa = halves[i] & 1023;
        if (exponent == 31) continue;  // infinities and NaNs: no weight is one
        const double magnitude =
            exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(mantissa + 1024, exponent - 25);
        ASSERT_EQ(floats[i], static_cast<float>(halves[i] >> 15 ? -magnitude : magnitude)) << i;
    }
}

TEST(Kernels, GeluFollowsErf) {
    std::vector<float> values = normal(kWidth, 1, 3);
    values.insert(values.end(), {0, -0.0f, 40, -40, 1e6f, -1e6f});
    std::vector<float> out = values;
    kernels::gelu(out.data(), out.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double x = values[i];
        const double wanted = 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
        EXPECT_NEAR(out[i], wanted, 1e-6 * (1 + std::fabs(wanted))) << x;
    }
}

TEST(Kernels, SoftmaxSumsToOne) {
    std::vector<float> values = normal(kWidth, 2, 10);
    values.push_back(-1e9f);
    std::vector<float> out = values;
    kernels::softmax(out.data(), out.size(), 0.25f);
    double sum = 0;
    for (const float value : values) sum += std::exp(0.25 * value);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double wanted = std::exp(0.25 * values[i]) / sum;
        EXPECT_NEAR(out[i], wanted, 2e-6 * wanted + 1e-12) << values[i];
    }
}

TEST(Kernels, LayerNorm) {
    const auto rows = normal(2 * kWidth, 3), addend = normal(2 * kWidth, 4, 5);
    const auto gamma = normal(kWidth, 5), beta = normal(kWidth, 6);
    auto out = rows;
    kernels::add_layer_norm(out.data(), addend.data(), 2, kWidth, gamma.data(), beta.data(), 1e-5f);
    for (std::size_t r = 0; r < 2; ++r) {
        double mean = 0, variance = 0;
        const auto x = [&](std::size_t i) {
            return static_cast<double>(rows[r * kWidth + i]) + addend[r * kWidth + i];
        };
        for (std::size_t i = 0; i < kWidth; ++i) mean += x(i) / kWidth;
        for (std::size_t i = 0; i < kWidth; ++i) variance += std::pow(x(i) - mean, 2) / kWidth;
        for (std::size_t i = 0; i < kWidth; ++i)
            EXPECT_NEAR(out[r * kWidth + i],
                        (x(i) - mean) / std::sqrt(variance + 1e-5) * gamma[i] + beta[i], 1e-5);
    }
}

TEST(Kernels, MultiplyOfGatheredRows) {
    constexpr std::size_t kCount = 13, kStride = 90, kLane = kernels::padded(kWidth);
    EXPECT_EQ(kLane, 96u);
    const auto rows = normal(kCount * kStride, 7), a = normal(7 * kStride, 8);
    std::vector<float> gathered(kCount * kLane, 99), out(7 * kLane, 99);
    kernels::gather(rows.data(), kCount, kStride, kWidth, gathered.data());
    for (const std::size_t m : {1u, 4u, 7u}) {
        kernels::multiply(m, kLane, kCount, a.data(), kStride, gathered.data(), out.data());
        for (std::size_t r = 0; r < m; ++r)
            for (std::size_t c = 0; c < kLane; ++c) {
                double wanted = 0;
                for (std::size_t i = 0; i < kCount && c < kWidth; ++i)
                    wanted += static_cast<double>(a[r * kStride + i]) * rows[i * kStride + c];
                ASSERT_NEAR(out[r * kLane + c], wanted, 1e-5) << m << " " << r << " " << c;
            }
    }
}

TEST(Kernels, GatherTransposed) {
    constexpr std::size_t kCount = 13, kStride = 90, kLane = kernels::padded(kCount);
    const auto rows = normal(kCount * kStride, 7);
    std::vector<float> out(kWidth * kLane, 99);
    kernels::gather_transposed(rows.data(), kCount, kStride, kWidth, out.data());
    for (std::size_t c = 0; c < kWidth; ++c)
        for (std::size_t r = 0; r < kLane; ++r)
            ASSERT_EQ(out[c * kLane + r], r < kCount ? rows[r * kStride + c] : 0.0f);
}

TEST(Kernels, NormalizeRefusesWhatHasNoDirection) {
    std::vector<float> row{3, 0, -4};
    EXPECT_TRUE(kernels::normalize(row.data(), row.size()));
    EXPECT_FLOAT_EQ(row[0], 0.6f);
    EXPECT_FLOAT_EQ(row[2], -0.8f);
    for (const float bad : {0.0f, std::numeric_limits<float>::quiet_NaN(),
                            std::numeric_limits<float>::infinity(), 3e38f}) {
        std::vector<float> rows(40, bad);
        EXPECT_FALSE(kernels::normalize(rows.data(), rows.size())) << bad;
    }
}

TEST(Kernels, QuantizedRowsAreNearAndNeverAbove127) {
    for (const float offset : {0.0f, 100.0f, -100.0f}) {
        auto row = normal(kWidth, 9);
        for (float& value : row) value += offset;
        std::vector<std::uint8_t> high(kWidth), low(kWidth);
        const auto scale = kernels::quantize_row(row.data(), kWidth, high.data(), low.data());
        for (std::size_t i = 0; i < kWidth; ++i) {
            ASSERT_LE(high[i], 127);
            ASSERT_LE(low[i], 127);
            const float back =
                static_cast<float>(128 * (high[i] - scale.zero) + low[i]) * scale.step;
            EXPECT_NEAR(back, row[i], scale.step * 0.51f);
        }
    }
}

// A whole layer against the same in doubles: what remains is the rounding of the weights.
TEST(Linear, IsTheProductOfItsQuantizedWeights) {
    constexpr std::size_t kInputs = 200, kOutputs = 77;
    auto weights = normal(kInputs * kOutputs, 11, 0.05f);
    const auto bias = normal(kOutputs, 12);
    for (std::size_t n = 0; n < kOutputs; ++n) {  // weights that eight bits hold exactly
        const float step = 0.001f * static_cast<float>(n + 1);
        for (std::size_t k = 0; k < kInputs; ++k) {
            float& weight = weights[n * kInputs + k];
            weight = step * std::round(std::min(std::max(weight / 0.0015f, -127.0f), 127.0f));
        }
        weights[n * kInputs] = 127 * step;
    }
    const Linear linear(weights, bias);
    for (const std::size_t rows : {1u, 2u, 7u, 33u}) {
        auto x = normal(rows * kInputs, 13);
        x[0] = 30;  // an outlier, as real activations have them
        std::vector<float> y(rows * kOutputs);
        linear.apply(x.data(), rows, y.data());
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t n = 0; n < kOutputs; ++n) {
                double wanted = bias[n], size = 0;
                for (std::size_t k = 0; k < kInputs; ++k) {
                    const double term =
                        static_cast<double>(x[r * kInputs + k]) * weights[n * kInputs + k];
                    wanted += term;
                    size += std::fabs(term);
                }
                ASSERT_NEAR(y[r * kOutputs + n], wanted, 1e-3 * size + 1e-6) << r << " " << n;
            }
    }
}

TEST(Linear, ExtremeWeightsAndInputsAreSummedExactly) {
    constexpr std::size_t kInputs = 1536;
    const std::vector<float> weights(kInputs, 127), bias(1, 0), x(kInputs, 16383);
    float y = 0;
    Linear(weights, bias).apply(x.data(), 1, &y);
    EXPECT_NEAR(y, 127.0 * 16383 * kInputs, 127.0 * 16383 * kInputs * 1e-6);
}

TEST(Linear, RowsOfZerosGiveTheBias) {
    const std::vector<float> weights(6, 0), bias{1, -2}, x(3, 0);
    std::vector<float> y(2);
    Linear(weights, bias).apply(x.data(), 1, y.data());
    EXPECT_EQ(y, bias);
}

}  // namespace
}  // namespace stele::embed
