#include "app/measured_embedder.hpp"

#include "foundation/base/error.hpp"

namespace stele::app {

namespace {

class Measured : public embed::Embedder {
  public:
    Measured(std::shared_ptr<embed::Embedder> inner, runtime::Metrics& metrics)
        : inner_(std::move(inner)), metrics_(metrics) {}

    const embed::ModelInfo& info() const override { return inner_->info(); }

    std::vector<embed::Vector> embed(std::span<const std::string> texts, embed::Purpose purpose,
                                     std::chrono::steady_clock::time_point deadline) override {
        const auto started = std::chrono::steady_clock::now();
        const auto count = [&](std::string_view outcome) {
            metrics_.embedding(purpose == embed::Purpose::query ? "query" : "document", outcome,
                               texts.size(), std::chrono::steady_clock::now() - started);
        };
        try {
            auto vectors = inner_->embed(texts, purpose, deadline);
            count("ok");
            return vectors;
        } catch (const Error& error) {
            count(name_of(error.code()));
            throw;
        }
    }

  private:
    const std::shared_ptr<embed::Embedder> inner_;
    runtime::Metrics& metrics_;
};

}  // namespace

std::shared_ptr<embed::Embedder> measured(std::shared_ptr<embed::Embedder> inner,
                                          runtime::Metrics& metrics) {
    if (!inner) return nullptr;
    return std::make_shared<Measured>(std::move(inner), metrics);
}

}  // namespace stele::app
