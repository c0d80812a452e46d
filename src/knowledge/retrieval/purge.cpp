#include <algorithm>
#include <map>
#include <set>

#include "knowledge/retrieval/segment_steps.hpp"
#include "knowledge/retrieval/sql.hpp"

namespace stele::retrieval {

namespace {

constexpr std::size_t kAtOnce = 256;  // blocks read and written anew by one pair of statements

// What is to go from one segment.
struct Removal {
    const Segment* segment = nullptr;
    std::map<std::uint32_t, const Gone*> items;  // by ordinal
};

// Reads the blocks at `places`, a part at a time, and writes back what `rewrite` makes of them.
template <class Rewrite>
void rewrite_blocks(pg::Transaction& tx, const pg::Tenant& tenant,
                    std::span<const BlockPlace> places, Rewrite rewrite) {
    for (std::size_t from = 0; from < places.size(); from += kAtOnce) {
        const auto part = places.subspan(from, std::min(kAtOnce, places.size() - from));
        const Blocks blocks(tx, tenant, {part.begin(), part.end()});
        std::vector<Uuid> segments;
        std::vector<std::int32_t> buckets;
        std::vector<std::string> written;
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            segments.push_back(blocks.place(i).segment);
            buckets.push_back(blocks.place(i).bucket);
            written.push_back(rewrite(blocks.place(i), blocks.bytes(i)));
        }
        const std::vector<pg::Bytes> bytes(written.begin(), written.end());
        tx.query(sql::replace_blocks, tenant.org, tenant.project, segments, buckets, bytes);
    }
}

// The chunks of a segment in which these items would stand, by their first ids.
std::map<std::int32_t, std::vector<const Gone*>> chunks_of(pg::Transaction& tx,
                                                           const pg::Tenant& tenant,
                                                           const Segment& segment,
                                                           std::span<const Gone> items) {
    std::map<std::int32_t, std::vector<const Gone*>> out;
    std::vector<const Gone*> within;
    for (const Gone& item : items)
        if (item.id >= segment.first && item.id <= segment.last) within.push_back(&item);
    if (within.empty()) return out;
    const Blocks directory(tx, tenant, {{segment.id, kDirectory}});
    const auto firsts = decode_ids(directory.place(0), directory.bytes(0));
    for (const Gone* item : within) {
        const auto after = std::ranges::upper_bound(firsts, item->id);
        if (after == firsts.begin()) continue;
        const auto chunk = std::uint32_t(after - firsts.begin()) - 1;
        out[chunk_bucket(chunk * kChunk)].push_back(item);
    }
    return out;
}

// Blanks the items' ids and learns their ordinals.
Removal blank_ids(pg::Transaction& tx, const pg::Tenant& tenant, const Segment& segment,
                  std::span<const Gone> items) {
    Removal out{&segment, {}};
    const auto chunks = chunks_of(tx, tenant, segment, items);
    std::vector<BlockPlace> places;
    for (const auto& [bucket, wanted] : chunks) places.push_back({segment.id, bucket});
    rewrite_blocks(tx, tenant, places, [&](const BlockPlace& place, std::string_view bytes) {
        auto ids = decode_ids(place, bytes);
        for (const Gone* item : chunks.at(place.bucket)) {
            const auto found = std::ranges::find(ids, item->id);
            if (found == ids.end()) continue;
            *found = Uuid{};
            out.items[std::uint32_t(-2 - place.bucket) * kChunk +
                      std::uint32_t(found - ids.begin())] = item;
        }
        return encode_ids(place, ids);
    });
    return out;
}

void remove_postings(pg::Transaction& tx, const pg::Tenant& tenant, const Removal& removal) {
    std::set<std::int32_t> buckets;
    for (const auto& [ordinal, item] : removal.items)
        for (const std::int32_t dimension : item->terms)
            buckets.insert(bucket_of(dimension, removal.segment->buckets));
    std::vector<BlockPlace> places;
    for (const std::int32_t bucket : buckets) places.push_back({removal.segment->id, bucket});
    rewrite_blocks(tx, tenant, places, [&](const BlockPlace& place, std::string_view bytes) {
        std::vector<Posting> postings;
        PostingBlock(place, bytes).read(removal.segment->documents, postings);
        std::erase_if(postings,
                      [&](const Posting& p) { return removal.items.contains(p.ordinal); });
        return encode_postings(place, removal.segment->documents, postings);
    });
}

void purge_segment(pg::Transaction& tx, const pg::Tenant& tenant, Kind kind, const Segment& segment,
                   std::span<const Gone> items) {
    const Removal removal = blank_ids(tx, tenant, segment, items);
    if (removal.items.empty()) return;
    if (removal.items.size() == segment.live()) {
        const std::vector<Uuid> all{segment.id};
        tx.query(sql::drop_blocks, tenant.org, tenant.project, all);
        tx.query(sql::drop_segments, tenant.org, tenant.project, name_of(kind), all);
        return;
    }
    remove_postings(tx, tenant, removal);
    tx.query(sql::count_removed, tenant.org, tenant.project, name_of(kind), segment.id,
             std::int32_t(removal.items.size()));
}

}  // namespace

Gone gone(const Uuid& id, std::string_view lexemes) {
    Gone out{id, {}};
    pg::for_each_sparse(lexemes,
                        [&](std::int32_t dimension, float) { out.terms.push_back(dimension); });
    return out;
}

void purge(pg::Transaction& tx, const pg::Tenant& tenant, Kind kind, std::span<const Gone> items) {
    if (items.empty()) return;
    tx.query(sql::lock, tenant.org, tenant.project, name_of(kind));
    for (const Segment& segment : manifest(tx, tenant, kind))
        purge_segment(tx, tenant, kind, segment, items);
}

}  // namespace stele::retrieval
