// The embedder that asks an OpenAI-compatible endpoint: OpenAI, OpenRouter, Ollama, TEI, vLLM,
// llama.cpp.
#pragma once

#include <string>

#include "foundation/embed/embedder.hpp"
#include "foundation/http/circuit_breaker.hpp"
#include "foundation/http/client.hpp"
#include "foundation/http/url.hpp"

namespace stele::embed {

class EndpointEmbedder final : public Embedder {
  public:
    // Throws Error(configuration) that names the setting that is wrong. Calls nobody.
    explicit EndpointEmbedder(const Settings& settings);

    const ModelInfo& info() const override { return info_; }

    // Requests for documents are retried after 429, 5xx and transport failures, with growing pauses
    // or the one that Retry-After asks for, as long as the deadline allows.
    std::vector<Vector> embed(std::span<const std::string> texts, Purpose purpose,
                              std::chrono::steady_clock::time_point deadline) override;

  private:
    using Deadline = std::chrono::steady_clock::time_point;

    std::vector<Vector> embed_batch(std::span<const std::string> texts, const std::string& prefix,
                                    Purpose purpose, Deadline deadline);
    http::Reply send_with_retries(const std::string& body, std::size_t texts, Purpose purpose,
                                  Deadline deadline);
    http::Reply send_once(const std::string& body, std::size_t texts, bool query,
                          Deadline deadline);

    Settings settings_;
    http::EndpointUrl url_;
    ModelInfo info_;
    http::Client http_;
    // Queries have one of their own: an endpoint that is too slow for them still serves documents.
    http::CircuitBreaker breaker_, query_breaker_;
};

}  // namespace stele::embed
