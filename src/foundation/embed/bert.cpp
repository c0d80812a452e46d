#include "foundation/embed/bert.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "foundation/embed/kernels.hpp"

namespace stele::embed {

namespace {

// Tokens whose scores are computed at a time: few enough for them to stay in a core's first cache.
constexpr std::size_t kQueries = 16;

std::unique_ptr<float[]> scratch(std::size_t count) {
    return std::make_unique_for_overwrite<float[]>(count);
}

}  // namespace

Bert::Bert(const BertConfig& config, Safetensors weights, std::size_t max_tokens)
    : config_(config), weights_(std::move(weights)) {
    if (weights_.contains("bert.embeddings.word_embeddings.weight")) prefix_ = "bert.";
    const std::string embeddings = prefix_ + "embeddings.";
    words_ = &weights_.require(embeddings + "word_embeddings.weight",
                               {config_.vocabulary, config_.hidden});
    positions_ =
        read(embeddings + "position_embeddings.weight", {config_.positions, config_.hidden});
    positions_.resize(max_tokens * config_.hidden);
    const auto types =
        read(embeddings + "token_type_embeddings.weight", {config_.token_types, config_.hidden});
    kernels::add_row(positions_.data(), max_tokens, config_.hidden, types.data());
    embedding_norm_ = read_norm(embeddings + "LayerNorm");
    // One buffer for all weights on their way from halves to bytes: fresh pages cost more than
    // that.
    std::vector<float> buffer(config_.hidden * std::max(3 * config_.hidden, config_.intermediate));
    for (std::size_t i = 0; i < config_.layers; ++i) layers_.push_back(read_layer(i, buffer));
}

std::vector<float> Bert::read(std::string_view name, std::vector<std::uint64_t> shape) const {
    return weights_.read(weights_.require(name, std::move(shape)));
}

Bert::Norm Bert::read_norm(const std::string& name) const {
    return {read(name + ".weight", {config_.hidden}), read(name + ".bias", {config_.hidden})};
}

// Several layers that read the same input become one, their outputs side by side.
Linear Bert::read_linear(std::span<const std::string> names, std::size_t outputs,
                         std::size_t inputs, std::span<float> buffer) const {
    const std::size_t size = outputs * inputs;
    const auto weights = buffer.first(names.size() * size);
    std::vector<float> bias;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const Tensor& tensor = weights_.require(names[i] + ".weight", {outputs, inputs});
        weights_.read(tensor, 0, weights.subspan(i * size, size));
        const auto part = read(names[i] + ".bias", {outputs});
        bias.insert(bias.end(), part.begin(), part.end());
    }
    return {weights, bias};
}

Bert::Layer Bert::read_layer(std::size_t index, std::span<float> buffer) const {
    const std::string name = prefix_ + "encoder.layer." + std::to_string(index) + ".";
    const std::string self = name + "attention.self.";
    const std::array query_key_value{self + "query", self + "key", self + "value"};
    const std::array attention_output{name + "attention.output.dense"};
    const std::array intermediate{name + "intermediate.dense"};
    const std::array output{name + "output.dense"};
    const std::size_t hidden = config_.hidden, inner = config_.intermediate;
    return {read_linear(query_key_value, hidden, hidden, buffer),
            read_linear(attention_output, hidden, hidden, buffer),
            read_norm(name + "attention.output.LayerNorm"),
            read_linear(intermediate, inner, hidden, buffer),
            read_linear(output, hidden, inner, buffer),
            read_norm(name + "output.LayerNorm")};
}

void Bert::apply(const Norm& norm, float* rows, const float* addend, std::size_t count) const {
    kernels::add_layer_norm(rows, addend, count, config_.hidden, norm.gamma.data(),
                            norm.beta.data(), config_.epsilon);
}

std::vector<float> Bert::embed_tokens(std::span<const std::vector<Token>> sequences) const {
    const std::size_t width = config_.hidden;
    std::vector<float> rows, positions;
    for (const std::vector<Token>& sequence : sequences) {
        for (const Token token : sequence) {
            rows.resize(rows.size() + width);
            weights_.read(*words_, static_cast<std::uint64_t>(token) * width,
                          std::span(rows).last(width));
        }
        const auto end = positions_.begin() + static_cast<std::ptrdiff_t>(sequence.size() * width);
        positions.insert(positions.end(), positions_.begin(), end);
    }
    apply(embedding_norm_, rows.data(), positions.data(), rows.size() / width);
    return rows;
}

// Each token looks at the tokens of its own sequence. A row of `qkv` is query, key, value, and each
// of them the heads side by side.
void Bert::attend(std::span<const std::vector<Token>> sequences, const float* qkv,
                  float* out) const {
    const std::size_t width = config_.hidden, stride = 3 * width;
    const std::size_t head = width / config_.heads, head_lane = kernels::padded(head);
    const float scale = 1.0f / std::sqrt(static_cast<float>(head));
    std::size_t longest = 0;
    for (const auto& sequence : sequences) longest = std::max(longest, sequence.size());
    const auto keys = scratch(head * kernels::padded(longest)),
               values = scratch(longest * head_lane);
    const auto scores = scratch(kQueries * kernels::padded(longest));
    const auto context = scratch(kQueries * head_lane);
    for (const auto& sequence : sequences) {
        const std::size_t n = sequence.size(), n_lane = kernels::padded(n);
        for (std::size_t h = 0; h < width; h += head) {
            kernels::gather_transposed(qkv + width + h, n, stride, head, keys.get());
            kernels::gather(qkv + 2 * width + h, n, stride, head, values.get());
            for (std::size_t i = 0; i < n; i += kQueries) {
                const std::size_t count = std::min(kQueries, n - i);
                kernels::multiply(count, n_lane, head, qkv + i * stride + h, stride, keys.get(),
                                  scores.get());
                for (std::size_t q = 0; q < count; ++q)
                    kernels::softmax(scores.get() + q * n_lane, n, scale);
                kernels::multiply(count, head_lane, n, scores.get(), n_lane, values.get(),
                                  context.get());
                for (std::size_t q = 0; q < count; ++q)
                    std::copy_n(context.get() + q * head_lane, head, out + (i + q) * width + h);
            }
        }
        qkv += n * stride;
        out += n * width;
    }
}

std::vector<float> Bert::forward(std::span<const std::vector<Token>> sequences) const {
    std::vector<float> rows = embed_tokens(sequences);
    const std::size_t width = config_.hidden, count = rows.size() / width;
    const std::size_t inner = std::max(3 * width, config_.intermediate);
    const auto wide = scratch(count * inner), narrow = scratch(count * width);
    for (const Layer& layer : layers_) {
        layer.query_key_value.apply(rows.data(), count, wide.get());
        attend(sequences, wide.get(), narrow.get());
        layer.attention_output.apply(narrow.get(), count, wide.get());
        apply(layer.attention_norm, rows.data(), wide.get(), count);
        layer.intermediate.apply(rows.data(), count, wide.get());
        kernels::gelu(wide.get(), count * config_.intermediate);
        layer.output.apply(wide.get(), count, narrow.get());
        apply(layer.output_norm, rows.data(), narrow.get(), count);
    }
    return rows;
}

}  // namespace stele::embed
