#include <algorithm>
#include <array>
#include <bit>

#include "foundation/base/limits.hpp"
#include "knowledge/retrieval/segment_steps.hpp"
#include "knowledge/retrieval/segment_writer.hpp"
#include "knowledge/retrieval/sql.hpp"

namespace stele::retrieval {

namespace {

constexpr std::size_t kMerged = 8;  // segments of a level make one of the next
// Where the levels begin; of the highest, nothing is merged any more.
constexpr std::array<std::uint32_t, 3> kLevels{4'096, 32'768, 262'144};
constexpr std::size_t kReadAtOnce = 256;      // blocks of ids
constexpr std::int64_t kPartBytes = 1 << 20;  // of postings, some 5 MB when decoded

constexpr std::uint32_t kRemoved = UINT32_MAX;  // the new ordinal of what was purged

// The segments to make one of, or none: the smallest of the lowest level that has enough.
std::vector<Segment> due(std::vector<Segment> all) {
    std::ranges::sort(all, {}, &Segment::live);
    auto first = all.begin();
    for (const std::uint32_t below : kLevels) {
        const auto end =
            std::find_if(first, all.end(), [&](const Segment& s) { return s.live() >= below; });
        if (std::size_t(end - first) >= kMerged) {
            std::vector<Segment> out;
            std::uint32_t documents = 0;
            for (; first != end && out.size() < kMerged; ++first) {
                documents += first->live();
                if (documents > limits::kSegmentItems) break;  // not before the fourth
                out.push_back(*first);
            }
            return out;
        }
        first = end;
    }
    return {};
}

// The ids of several segments as one list, and each old ordinal's place in it.
struct MergedIds {
    std::vector<Uuid> ids;
    std::vector<std::vector<std::uint32_t>> ordinals;  // by segment, by old ordinal
};

std::vector<Uuid> read_ids(pg::Transaction& tx, const pg::Tenant& tenant, const Segment& segment) {
    std::vector<Uuid> out;
    while (out.size() < segment.documents) {
        std::vector<BlockPlace> places;
        for (std::size_t at = out.size(); at < segment.documents && places.size() < kReadAtOnce;
             at += kChunk)
            places.push_back({segment.id, chunk_bucket(std::uint32_t(at))});
        const Blocks blocks(tx, tenant, std::move(places));
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            const auto chunk = decode_ids(blocks.place(i), blocks.bytes(i));
            const auto left = segment.documents - std::uint32_t(out.size());
            if (chunk.size() != std::min(left, kChunk))
                damaged_block(blocks.place(i), "has another number of ids");
            out.insert(out.end(), chunk.begin(), chunk.end());
        }
    }
    return out;
}

MergedIds merge_ids(pg::Transaction& tx, const pg::Tenant& tenant,
                    std::span<const Segment> segments) {
    struct Old {
        Uuid id;
        std::uint32_t segment, ordinal;
    };
    std::vector<Old> all;
    MergedIds out;
    for (std::uint32_t s = 0; s < segments.size(); ++s) {
        const std::vector<Uuid> ids = read_ids(tx, tenant, segments[s]);
        out.ordinals.emplace_back(ids.size(), kRemoved);
        for (std::uint32_t ordinal = 0; ordinal < ids.size(); ++ordinal)
            if (ids[ordinal] != Uuid{}) all.push_back({ids[ordinal], s, ordinal});
    }
    std::ranges::sort(all, {}, &Old::id);
    for (const Old& old : all) {
        out.ordinals[old.segment][old.ordinal] = std::uint32_t(out.ids.size());
        out.ids.push_back(old.id);
    }
    return out;
}

// The postings of one part: of the terms whose hash ends in the bits of `part`. Buckets are the low
// bits of the hash too, so a segment has them in whole buckets, or in a part of one.
std::vector<Posting> read_part(pg::Transaction& tx, const pg::Tenant& tenant,
                               std::span<const Segment> segments, const MergedIds& ids,
                               std::uint32_t part, std::uint32_t parts) {
    std::vector<BlockPlace> places;
    std::vector<std::size_t> owners;
    for (std::size_t s = 0; s < segments.size(); ++s) {
        const std::uint32_t step = std::min(parts, segments[s].buckets);
        for (std::uint32_t at = part & (step - 1); at < segments[s].buckets; at += step) {
            places.push_back({segments[s].id, std::int32_t(at)});
            owners.push_back(s);
        }
    }
    const Blocks blocks(tx, tenant, std::move(places));
    std::vector<Posting> all, out;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        all.clear();
        PostingBlock(blocks.place(i), blocks.bytes(i)).read(segments[owners[i]].documents, all);
        for (Posting& p : all) {
            if (bucket_of(p.dimension, parts) != std::int32_t(part)) continue;
            p.ordinal = ids.ordinals[owners[i]][p.ordinal];
            if (p.ordinal == kRemoved)
                damaged_block(blocks.place(i), "has a posting of a purged item");
            out.push_back(p);
        }
    }
    return out;
}

}  // namespace

int merge(pg::Transaction& tx, const pg::Tenant& tenant, Kind kind) {
    if (due(manifest(tx, tenant, kind)).empty()) return 0;
    if (!tx.query(sql::try_lock, tenant.org, tenant.project, name_of(kind))[0].get<bool>(0))
        return 0;
    const std::vector<Segment> segments = due(manifest(tx, tenant, kind));  // now nobody changes it
    if (segments.empty()) return 0;
    std::vector<Uuid> old;
    std::int64_t bytes = 0;
    for (const Segment& segment : segments) {
        old.push_back(segment.id);
        bytes += segment.bytes;
    }
    const MergedIds ids = merge_ids(tx, tenant, segments);
    const std::uint32_t buckets = buckets_for(bytes);
    const std::uint32_t parts =
        std::min(buckets, std::bit_ceil(std::uint32_t(bytes / kPartBytes + 1)));
    SegmentWriter writer(tx, tenant, kind, ids.ids, buckets);
    for (std::uint32_t part = 0; part < parts; ++part) {
        std::vector<Posting> postings = read_part(tx, tenant, segments, ids, part, parts);
        writer.add(postings, part, parts);
    }
    writer.finish();
    tx.query(sql::drop_blocks, tenant.org, tenant.project, old);
    tx.query(sql::drop_segments, tenant.org, tenant.project, name_of(kind), old);
    return int(old.size());
}

}  // namespace stele::retrieval
