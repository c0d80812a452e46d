// The forward pass of a BERT encoder.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "foundation/embed/linear.hpp"
#include "foundation/embed/model_dir.hpp"
#include "foundation/embed/safetensors.hpp"
#include "foundation/embed/tokenizer.hpp"

namespace stele::embed {

class Bert {
  public:
    // Reads and converts all weights but the word embeddings, whose rows stay in the file until a
    // token asks for them: they are half of the model and a text needs few. `max_tokens` bounds one
    // sequence. Throws Error(configuration) when a tensor is missing or of another shape.
    Bert(const BertConfig& config, Safetensors weights, std::size_t max_tokens);

    std::size_t width() const { return config_.hidden; }

    // The last layer's state of every token of all sequences, one row of width() each, in order.
    // Each sequence has 1 … max_tokens tokens, [CLS] and [SEP] included; every token lies in the
    // vocabulary. Sequences are packed without padding, so a batch costs what its tokens cost.
    // Any number of threads may call this.
    std::vector<float> forward(std::span<const std::vector<Token>> sequences) const;

  private:
    struct Norm {
        std::vector<float> gamma, beta;
    };
    struct Layer {
        Linear query_key_value;
        Linear attention_output;
        Norm attention_norm;
        Linear intermediate;
        Linear output;
        Norm output_norm;
    };

    std::vector<float> read(std::string_view name, std::vector<std::uint64_t> shape) const;
    Norm read_norm(const std::string& name) const;
    Linear read_linear(std::span<const std::string> names, std::size_t outputs, std::size_t inputs,
                       std::span<float> buffer) const;
    Layer read_layer(std::size_t index, std::span<float> buffer) const;

    std::vector<float> embed_tokens(std::span<const std::vector<Token>> sequences) const;
    void attend(std::span<const std::vector<Token>> sequences, const float* query_key_value,
                float* out) const;
    void apply(const Norm& norm, float* rows, const float* addend, std::size_t count) const;

    BertConfig config_;
    Safetensors weights_;
    std::string prefix_;  // of the tensors' names: "" or "bert."
    const Tensor* words_ = nullptr;
    std::vector<float> positions_;  // position and token type embeddings, added
    Norm embedding_norm_;
    std::vector<Layer> layers_;
};

}  // namespace stele::embed
