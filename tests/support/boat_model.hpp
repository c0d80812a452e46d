// A model that needs nothing: texts about boats point one way, all others another.
#pragma once

#include "foundation/embed/embedder.hpp"

namespace stele::testing {

class BoatModel : public embed::Embedder {
  public:
    const embed::ModelInfo& info() const override { return info_; }
    std::vector<embed::Vector> embed(std::span<const std::string> texts, embed::Purpose,
                                     Deadline) override {
        std::vector<embed::Vector> out;
        for (const std::string& text : texts) {
            const bool boats =
                text.find("boat") != std::string::npos || text.find("vessel") != std::string::npos;
            out.push_back(boats ? embed::Vector{1, 0.1F} : embed::Vector{0.1F, 1});
        }
        return out;
    }

  private:
    embed::ModelInfo info_{"boats", 2, "hash", 16};
};

}  // namespace stele::testing
