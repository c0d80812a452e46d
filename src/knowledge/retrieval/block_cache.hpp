// Large blocks of postings, kept in the process: the words that most of a tenant's items have are
// in many questions, and fetching their lists costs more than all the rest of a search.
//
// A block is what it is for a segment from which so many documents were removed: a purge counts
// them in the manifest, which every search reads in its snapshot. So what is found here is what the
// snapshot holds, whatever has been purged since; what nobody can ask for any more is pushed out.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "foundation/base/uuid.hpp"

namespace stele::retrieval {

class BlockCache {
  public:
    explicit BlockCache(std::size_t bytes) : bytes_(bytes) {}

    struct Key {
        std::uint64_t database;  // pg::Database::id()
        Uuid segment;
        std::uint32_t removed;  // documents, by the manifest
        std::int32_t bucket;
        friend auto operator<=>(const Key&, const Key&) = default;
    };

    // Bytes that were checked when they came; nothing when they are not here.
    std::shared_ptr<const std::string> find(const Key& key);
    // Pushes out what was not asked for the longest.
    void keep(const Key& key, std::string_view block);
    std::size_t size() const;  // bytes held

  private:
    struct Entry {
        Key key;
        std::shared_ptr<const std::string> block;
    };
    const std::size_t bytes_;
    mutable std::mutex mutex_;
    std::list<Entry> entries_;  // the last one asked for first
    std::map<Key, std::list<Entry>::iterator> by_key_;
    std::size_t held_ = 0;
};

}  // namespace stele::retrieval
