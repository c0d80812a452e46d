// Who writes summaries: a model behind an OpenAI-compatible endpoint when one is configured, else
// this process itself.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "foundation/base/clock.hpp"
#include "knowledge/conversations/extract.hpp"
#include "runtime/settings.hpp"

namespace stele::conversations {

class Summarizer {
  public:
    // Throws Error(configuration) when the endpoint's address is none. Calls nobody.
    explicit Summarizer(const runtime::SummarySettings& settings);
    ~Summarizer();

    struct Written : Digest {
        std::string method;  // the model's name, "extractive", or why it is extractive after all
    };
    // Never fails: when the endpoint does, sentences are chosen here, and `method` says so.
    Written write(std::span<const Said> messages, Deadline deadline);

  private:
    struct Endpoint;
    std::unique_ptr<Endpoint> endpoint_;  // null: none is configured
};

}  // namespace stele::conversations
