#include "knowledge/retrieval/segment_writer.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

#include "knowledge/retrieval/sql.hpp"

namespace stele::retrieval {

namespace {

constexpr std::int64_t kBlockBytes = 2048;
constexpr std::int64_t kMostBuckets = 1 << 16;
constexpr std::size_t kSentBytes = 1 << 20;  // of blocks in one statement

}  // namespace

std::uint32_t buckets_for(std::int64_t bytes) {
    const std::int64_t wanted = std::clamp(bytes / kBlockBytes, std::int64_t(1), kMostBuckets);
    return std::bit_floor(std::uint32_t(wanted));
}

SegmentWriter::SegmentWriter(pg::Transaction& tx, const pg::Tenant& tenant, Kind kind,
                             std::span<const Uuid> ids, std::uint32_t buckets)
    : tx_(tx), tenant_(tenant), kind_(kind), ids_(ids), buckets_(buckets) {}

void SegmentWriter::add(std::vector<Posting>& postings, std::uint32_t part, std::uint32_t parts) {
    const auto bucket = [this](const Posting& p) { return bucket_of(p.dimension, buckets_); };
    std::ranges::sort(postings, {}, [&](const Posting& p) {
        return std::tuple(bucket(p), p.dimension, p.ordinal);
    });
    std::span<const Posting> left = postings;
    for (auto at = std::int32_t(part); at < std::int32_t(buckets_); at += std::int32_t(parts)) {
        const auto end = std::ranges::upper_bound(left, at, {}, bucket);
        const auto own = left.first(std::size_t(end - left.begin()));
        std::string block = encode_postings({segment_, at}, std::uint32_t(ids_.size()), own);
        bytes_ += std::int64_t(block.size());
        put(at, std::move(block));
        left = left.subspan(own.size());
    }
}

void SegmentWriter::put(std::int32_t bucket, std::string block) {
    waiting_bytes_ += block.size();
    waiting_buckets_.push_back(bucket);
    waiting_.push_back(std::move(block));
    if (waiting_bytes_ >= kSentBytes) flush();
}

void SegmentWriter::flush() {
    if (waiting_.empty()) return;
    const std::vector<pg::Bytes> blocks(waiting_.begin(), waiting_.end());
    tx_.query(sql::insert_blocks, tenant_.org, tenant_.project, segment_, waiting_buckets_, blocks);
    waiting_.clear();
    waiting_buckets_.clear();
    waiting_bytes_ = 0;
}

void SegmentWriter::add_ids() {
    std::vector<Uuid> firsts;
    for (std::size_t at = 0; at < ids_.size(); at += kChunk) {
        const auto chunk = ids_.subspan(at, std::min<std::size_t>(kChunk, ids_.size() - at));
        const std::int32_t bucket = chunk_bucket(std::uint32_t(at));
        put(bucket, encode_ids({segment_, bucket}, chunk));
        firsts.push_back(chunk.front());
    }
    put(kDirectory, encode_ids({segment_, kDirectory}, firsts));
}

void SegmentWriter::finish() {
    add_ids();
    flush();
    tx_.query(sql::insert_segment, tenant_.org, tenant_.project, name_of(kind_), segment_,
              std::int32_t(ids_.size()), std::int32_t(buckets_), bytes_, ids_.front(), ids_.back());
}

}  // namespace stele::retrieval
