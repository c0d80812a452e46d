// A small random BERT with its files, and the same network written down naively in doubles.
#pragma once

#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "foundation/embed/tokenizer.hpp"
#include "safetensors_bytes.hpp"
#include "temp_dir.hpp"

namespace stele::embed {

class TinyBert {
  public:
    static constexpr std::size_t kHidden = 24, kHeads = 3, kInner = 40, kLayers = 2,
                                 kVocabulary = 12, kPositions = 16;

    // `prefix` stands before every tensor's name, as in checkpoints of a larger network.
    explicit TinyBert(std::string prefix = "") : prefix_(std::move(prefix)) {
        add("embeddings.word_embeddings.weight", {kVocabulary, kHidden});
        add("embeddings.position_embeddings.weight", {kPositions, kHidden});
        add("embeddings.token_type_embeddings.weight", {2, kHidden});
        add_norm("embeddings.LayerNorm");
        for (std::size_t i = 0; i < kLayers; ++i) {
            const std::string layer = "encoder.layer." + std::to_string(i) + ".";
            for (const char* name : {"query", "key", "value"})
                add_linear(layer + "attention.self." + name, kHidden, kHidden);
            add_linear(layer + "attention.output.dense", kHidden, kHidden);
            add_norm(layer + "attention.output.LayerNorm");
            add_linear(layer + "intermediate.dense", kInner, kHidden);
            add_linear(layer + "output.dense", kHidden, kInner);
            add_norm(layer + "output.LayerNorm");
        }
    }

    // config.json, tokenizer.json and model.safetensors, as a user would have them.
    void write(const TempDir& dir) const {
        SafetensorsBytes file;
        for (const auto& [name, tensor] : tensors_)
            file.f32(prefix_ + name, tensor.shape, tensor.values);
        dir.write("model.safetensors", file.bytes());
        dir.write("config.json", config());
        dir.write("tokenizer.json", tokenizer());
    }

    static std::string config() {
        return R"({"model_type": "bert", "hidden_act": "gelu", "hidden_size": 24,
                   "num_attention_heads": 3, "intermediate_size": 40, "num_hidden_layers": 2,
                   "vocab_size": 12, "max_position_embeddings": 16, "type_vocab_size": 2,
                   "layer_norm_eps": 1e-12})";
    }

    static std::string tokenizer() {
        return R"({"normalizer": {"type": "BertNormalizer", "clean_text": true,
                     "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
                   "pre_tokenizer": {"type": "BertPreTokenizer"},
                   "model": {"type": "WordPiece", "unk_token": "[UNK]",
                     "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
                     "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "ask": 4, "tell": 5,
                       ":": 6, "##s": 7, "a": 8, "b": 9, "##c": 10, "tel": 11}}})";
    }

    // The last layer's states.
    std::vector<std::vector<double>> forward(const std::vector<Token>& tokens) const {
        Rows x;
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            Row row(kHidden);
            for (std::size_t d = 0; d < kHidden; ++d)
                row[d] = at("embeddings.word_embeddings.weight",
                            static_cast<std::size_t>(tokens[i]) * kHidden + d) +
                         at("embeddings.position_embeddings.weight", i * kHidden + d) +
                         at("embeddings.token_type_embeddings.weight", d);
            x.push_back(norm("embeddings.LayerNorm", row));
        }
        for (std::size_t i = 0; i < kLayers; ++i)
            x = layer("encoder.layer." + std::to_string(i) + ".", x);
        return x;
    }

  private:
    using Row = std::vector<double>;
    using Rows = std::vector<Row>;
    struct Values {
        std::vector<std::size_t> shape;
        std::vector<float> values;
    };

    void add(const std::string& name, std::vector<std::size_t> shape, float mean = 0) {
        std::size_t count = 1;
        for (const std::size_t size : shape) count *= size;
        std::normal_distribution<float> distribution(mean, 0.3f);
        std::vector<float> values(count);
        for (float& value : values) value = distribution(random_);
        tensors_[name] = {std::move(shape), std::move(values)};
    }
    void add_norm(const std::string& name) {
        add(name + ".weight", {kHidden}, 1);
        add(name + ".bias", {kHidden});
    }
    void add_linear(const std::string& name, std::size_t outputs, std::size_t inputs) {
        add(name + ".weight", {outputs, inputs});
        add(name + ".bias", {outputs});
    }

    double at(const std::string& name, std::size_t i) const { return tensors_.at(name).values[i]; }

    Row norm(const std::string& name, const Row& x) const {
        double mean = 0, variance = 0;
        for (const double v : x) mean += v / kHidden;
        for (const double v : x) variance += (v - mean) * (v - mean) / kHidden;
        Row out(kHidden);
        for (std::size_t i = 0; i < kHidden; ++i)
            out[i] = (x[i] - mean) / std::sqrt(variance + 1e-12) * at(name + ".weight", i) +
                     at(name + ".bias", i);
        return out;
    }

    Row linear(const std::string& name, const Row& x) const {
        Row out(tensors_.at(name + ".bias").values.size());
        for (std::size_t n = 0; n < out.size(); ++n) {
            out[n] = at(name + ".bias", n);
            for (std::size_t k = 0; k < x.size(); ++k)
                out[n] += at(name + ".weight", n * x.size() + k) * x[k];
        }
        return out;
    }

    Rows attention(const std::string& name, const Rows& x) const {
        constexpr std::size_t kHead = kHidden / kHeads;
        Rows q, k, v, out(x.size(), Row(kHidden));
        for (const Row& row : x) {
            q.push_back(linear(name + "query", row));
            k.push_back(linear(name + "key", row));
            v.push_back(linear(name + "value", row));
        }
        for (std::size_t h = 0; h < kHidden; h += kHead)
            for (std::size_t i = 0; i < x.size(); ++i) {
                Row weights(x.size());
                double sum = 0;
                for (std::size_t j = 0; j < x.size(); ++j) {
                    double dot = 0;
                    for (std::size_t d = h; d < h + kHead; ++d) dot += q[i][d] * k[j][d];
                    sum += weights[j] = std::exp(dot / std::sqrt(static_cast<double>(kHead)));
                }
                for (std::size_t j = 0; j < x.size(); ++j)
                    for (std::size_t d = h; d < h + kHead; ++d)
                        out[i][d] += weights[j] / sum * v[j][d];
            }
        return out;
    }

    Rows layer(const std::string& name, const Rows& x) const {
        const Rows context = attention(name + "attention.self.", x);
        Rows out;
        for (std::size_t i = 0; i < x.size(); ++i) {
            Row a = linear(name + "attention.output.dense", context[i]);
            for (std::size_t d = 0; d < kHidden; ++d) a[d] += x[i][d];
            a = norm(name + "attention.output.LayerNorm", a);
            Row inner = linear(name + "intermediate.dense", a);
            for (double& v : inner) v = 0.5 * v * (1 + std::erf(v / std::sqrt(2.0)));
            Row b = linear(name + "output.dense", inner);
            for (std::size_t d = 0; d < kHidden; ++d) b[d] += a[d];
            out.push_back(norm(name + "output.LayerNorm", b));
        }
        return out;
    }

    std::string prefix_;
    std::minstd_rand random_{42};
    std::map<std::string, Values> tensors_;
};

}  // namespace stele::embed
