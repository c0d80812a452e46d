// Remembers the vectors of the queries that were asked last.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "foundation/embed/embedder.hpp"

namespace stele::embed {

// Texts of Purpose::query are looked up by their exact bytes; documents pass through. Holds at most
// `entries` vectors, the least recently asked for going first; not those of texts that are so long
// that nobody asks them twice.
class QueryCache final : public Embedder {
  public:
    static constexpr std::size_t kMaxTextBytes = 1024;

    QueryCache(std::shared_ptr<Embedder> embedder, std::size_t entries);

    const ModelInfo& info() const override { return embedder_->info(); }

    std::vector<Vector> embed(std::span<const std::string> texts, Purpose purpose,
                              std::chrono::steady_clock::time_point deadline) override;

  private:
    using Entry = std::pair<std::string, Vector>;

    bool find(const std::string& text, Vector& out);
    void remember(const std::string& text, const Vector& vector);

    std::shared_ptr<Embedder> embedder_;
    const std::size_t capacity_;
    std::mutex mutex_;
    std::list<Entry> entries_;  // the most recent first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> index_;  // keys in entries_
};

}  // namespace stele::embed
