// Writes one new segment: its blocks as they come, its line in the manifest at the end.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "foundation/pg/database.hpp"
#include "knowledge/retrieval/segments.hpp"

namespace stele::retrieval {

// Blocks of about 2 to 4 KB: they stand in the row, and a search reads little that it does not
// need.
std::uint32_t buckets_for(std::int64_t bytes);

class SegmentWriter {
  public:
    // `ids` in rising order; the span must outlive this object.
    SegmentWriter(pg::Transaction& tx, const pg::Tenant& tenant, Kind kind,
                  std::span<const Uuid> ids, std::uint32_t buckets);

    // All postings of every bucket whose number is `part` modulo `parts`, in any order; they are
    // sorted here. Each part once, 0 to parts − 1; `parts` is a power of two.
    void add(std::vector<Posting>& postings, std::uint32_t part, std::uint32_t parts);
    void finish();

  private:
    void put(std::int32_t bucket, std::string block);
    void flush();
    void add_ids();

    pg::Transaction& tx_;
    const pg::Tenant tenant_;
    const Kind kind_;
    const std::span<const Uuid> ids_;
    const std::uint32_t buckets_;
    const Uuid segment_ = Uuid::v7();
    std::vector<std::int32_t> waiting_buckets_;
    std::vector<std::string> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::int64_t bytes_ = 0;
};

}  // namespace stele::retrieval
