#include "foundation/embed/query_cache.hpp"

namespace stele::embed {

QueryCache::QueryCache(std::shared_ptr<Embedder> embedder, std::size_t entries)
    : embedder_(std::move(embedder)), capacity_(entries) {}

std::vector<Vector> QueryCache::embed(std::span<const std::string> texts, Purpose purpose,
                                      std::chrono::steady_clock::time_point deadline) {
    if (purpose != Purpose::query) return embedder_->embed(texts, purpose, deadline);
    std::vector<Vector> out(texts.size());
    std::vector<std::size_t> places;
    std::vector<std::string> missing;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (find(texts[i], out[i])) continue;
        places.push_back(i);
        missing.push_back(texts[i]);
    }
    if (missing.empty()) return out;
    // Not under the lock: two threads that miss the same text both embed it, and neither waits.
    std::vector<Vector> fresh = embedder_->embed(missing, purpose, deadline);
    for (std::size_t i = 0; i < places.size(); ++i) {
        remember(missing[i], fresh[i]);
        out[places[i]] = std::move(fresh[i]);
    }
    return out;
}

bool QueryCache::find(const std::string& text, Vector& out) {
    const std::lock_guard lock(mutex_);
    const auto found = index_.find(text);
    if (found == index_.end()) return false;
    entries_.splice(entries_.begin(), entries_, found->second);
    out = found->second->second;
    return true;
}

void QueryCache::remember(const std::string& text, const Vector& vector) {
    if (text.size() > kMaxTextBytes) return;
    const std::lock_guard lock(mutex_);
    if (index_.contains(text)) return;
    entries_.emplace_front(text, vector);
    index_.emplace(entries_.front().first, entries_.begin());
    if (entries_.size() <= capacity_) return;
    index_.erase(entries_.back().first);
    entries_.pop_back();
}

}  // namespace stele::embed
