#include "knowledge/retrieval/block_cache.hpp"

namespace stele::retrieval {

std::shared_ptr<const std::string> BlockCache::find(const Key& key) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->block;
}

void BlockCache::keep(const Key& key, std::string_view block) {
    if (block.size() > bytes_ / 4) return;  // one word must not push out all others
    auto copy = std::make_shared<const std::string>(block);
    const std::lock_guard lock(mutex_);
    if (by_key_.contains(key)) return;
    entries_.push_front({key, std::move(copy)});
    by_key_[key] = entries_.begin();
    held_ += block.size();
    while (held_ > bytes_) {
        held_ -= entries_.back().block->size();
        by_key_.erase(entries_.back().key);
        entries_.pop_back();
    }
}

std::size_t BlockCache::size() const {
    const std::lock_guard lock(mutex_);
    return held_;
}

}  // namespace stele::retrieval
