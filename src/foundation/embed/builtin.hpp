// The embedder that runs a BERT model in this process.
#pragma once

#include <memory>
#include <mutex>

#include "foundation/embed/bert.hpp"
#include "foundation/embed/embedder.hpp"
#include "foundation/embed/model_dir.hpp"
#include "foundation/embed/tokenizer.hpp"

namespace stele::embed {

class BuiltinEmbedder final : public Embedder {
  public:
    explicit BuiltinEmbedder(ModelDir model);

    const ModelInfo& info() const override { return model_.info; }

    // Of a text that is longer than the window its beginning is embedded
    // (docs/adr/0004-long-texts.md). The first call loads the model.
    std::vector<Vector> embed(std::span<const std::string> texts, Purpose purpose,
                              std::chrono::steady_clock::time_point deadline) override;

  private:
    struct Loaded {
        Tokenizer tokenizer;
        Bert bert;
    };

    void load();
    // Nothing when the model cannot read the text.
    std::vector<Token> tokens_of(const std::string& text, Purpose purpose) const;
    Vector pool(const float* rows, std::size_t count) const;

    ModelDir model_;
    std::once_flag once_;
    std::unique_ptr<Loaded> loaded_;
};

}  // namespace stele::embed
