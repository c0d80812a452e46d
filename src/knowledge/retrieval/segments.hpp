// Segments: lexical search over a tenant of any size.
//
// A tenant's items of one kind are in its segments, or unindexed: the rows that are
// not `indexed` yet, which the caller scores itself. Segments are read by equality alone and
// decoded here; see docs/adr/0010-segments.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "foundation/pg/database.hpp"
#include "knowledge/retrieval/block_cache.hpp"
#include "knowledge/retrieval/blocks.hpp"
#include "knowledge/retrieval/kind.hpp"
#include "knowledge/retrieval/labels.hpp"

namespace stele::retrieval {

// One line of the manifest.
struct Segment {
    Uuid id;
    std::uint32_t documents = 0;  // ordinals go from 0 to here
    std::uint32_t removed = 0;    // of them, purged
    std::uint32_t buckets = 0;    // a power of two
    std::int64_t bytes = 0;       // of its postings
    Uuid first, last;             // the lowest and the highest id when it was made

    std::uint32_t live() const { return documents - removed; }
};
// The largest first.
std::vector<Segment> manifest(pg::Transaction& tx, const pg::Tenant& tenant, Kind kind);

// Whether a tenant has segments, as a statement of somebody's pipeline, after the one that reads
// the unindexed items: an indexing step between the two is then seen here, and the search begins
// again in one snapshot.
void ask_any_segments(pg::Pipeline& pipeline, const pg::Tenant& tenant, Kind kind);
bool any_segments(const pg::Result& answer);

// Tenants that were seen to have segments, in this process: for them a search need not look first.
bool known_to_have_segments(const pg::Database& db, const pg::Tenant& tenant, Kind kind);
void remember_segments(const pg::Database& db, const pg::Tenant& tenant, Kind kind);

inline std::int32_t bucket_of(std::int32_t dimension, std::uint32_t buckets) {
    return std::int32_t(std::uint32_t(dimension) & (buckets - 1));
}

// The ids of a segment's documents stand in rising order, so many to a chunk.
inline constexpr std::uint32_t kChunk = 64;
inline constexpr std::int32_t kDirectory = -1;  // the bucket with the first id of each chunk
inline std::int32_t chunk_bucket(std::uint32_t ordinal) {
    return -2 - std::int32_t(ordinal / kChunk);
}

// The bytes of blocks, in the order of the places; they live in what came from the server. Throws
// Error(failed) for a block that is not there.
class Blocks {
  public:
    Blocks() = default;
    Blocks(pg::Transaction& tx, const pg::Tenant& tenant, std::vector<BlockPlace> places);
    // The same in somebody's pipeline: asked for, and then made of the answer.
    static std::size_t ask(pg::Pipeline& pipeline, const pg::Tenant& tenant,
                           std::span<const BlockPlace> places);
    Blocks(std::vector<BlockPlace> places, pg::Result answer);
    std::size_t size() const { return places_.size(); }
    const BlockPlace& place(std::size_t i) const { return places_[i]; }
    std::string_view bytes(std::size_t i) const { return bytes_[i]; }

  private:
    std::vector<BlockPlace> places_;
    std::vector<pg::Result> results_;
    std::vector<std::string_view> bytes_;
};

struct ScoredItem {
    Uuid id;
    float score = 0;  // Σ idf · weight
};

// One search. The transaction is a snapshot (pg::Call::snapshot) in which the caller also reads the
// unindexed items and the rows: then an indexing step in between neither hides an item nor shows it
// twice.
//
//   SegmentSearch search(db, tx, tenant, Kind::memory, dimensions);
//   search.score(idf);  // of search.documents(), search.frequency(), the unindexed items'
//   for (;;) join search.next(tx, 200) with the rows, until enough have passed the filters
//
// With allow() before score() the best are of what a filter's labels allow alone.
//
// Or in steps that share the round trips of others: each ask_…() adds one statement to a pipeline,
// returning its place among the answers,
// and take_…() is given the answer, in this order: manifest, postings, score(), pages.
class SegmentSearch {
  public:
    SegmentSearch(const pg::Database& db, const pg::Tenant& tenant, Kind kind)
        : tenant_(tenant), kind_(kind), database_(db.id()) {}
    // As far as score(), at once. `dimensions`: the query's distinct terms, in any order.
    SegmentSearch(const pg::Database& db, pg::Transaction& tx, const pg::Tenant& tenant, Kind kind,
                  std::span<const std::int32_t> dimensions);
    ~SegmentSearch();
    SegmentSearch(SegmentSearch&&) noexcept;
    SegmentSearch(const SegmentSearch&) = delete;

    std::size_t ask_manifest(pg::Pipeline& pipeline) const;
    void take_manifest(const pg::Result& answer);
    std::size_t ask_postings(pg::Pipeline& pipeline, std::span<const std::int32_t> dimensions);
    void take_postings(pg::Result answer);

    double documents() const { return documents_; }  // in all segments; purged ones not counted
    // How many of them contain each term, in the order of the query.
    const std::vector<double>& frequency() const { return frequency_; }

    bool empty() const { return segments_.empty(); }
    // Restricts the search to what a filter allows; after the manifest, one round trip. False, and
    // nothing is restricted: there are no groups, or documents that an earlier version stored
    // without labels.
    bool allow(pg::Transaction& tx, const LabelGroups& groups);
    std::size_t allowed() const { return allowed_count_; }
    // The newest of them, by their ids; one round trip.
    std::vector<Uuid> newest_allowed(pg::Transaction& tx, std::size_t n);

    // What each term is worth; once, before next(). No round trip.
    void score(std::span<const double> idf);
    // By inverse_document_frequency() of the segments' own numbers.
    void score();

    // The next best, best first; fewer than n, or none, when all that match have been shown. One
    // round trip.
    std::vector<ScoredItem> next(pg::Transaction& tx, std::size_t n);
    std::size_t ask_page(pg::Pipeline& pipeline, std::size_t n);
    std::vector<ScoredItem> take_page(pg::Result answer);

  private:
    struct Place {  // of a document among all segments, in the order of the manifest
        float score;
        std::uint32_t at;
    };
    struct Spot {  // of a page's document: its block among the page's, and where in it
        float score;
        std::size_t block;
        std::uint32_t at;
    };
    // The lists of some terms: of each segment all terms.
    struct Lists {
        std::vector<std::int32_t> dimensions;
        std::vector<BlockPlace> asked;
        Blocks blocks;
        // Kept by the process, each for one list or none.
        std::vector<std::shared_ptr<const std::string>> kept;
        std::vector<PostingList> lists;
    };
    void rank(std::size_t n);
    BlockPlace place_of(const Lists& of, std::size_t list) const;
    BlockCache::Key key_of(const Lists& of, std::size_t list) const;
    std::size_t ask(pg::Pipeline& pipeline, Lists& of);
    void take(Lists& of, pg::Result answer);
    void place_segments();
    std::size_t segment_at(std::uint32_t place) const;
    using Chunks = std::map<std::pair<std::size_t, std::int32_t>, std::size_t>;
    void add_spot(Chunks& known, std::size_t segment, std::uint32_t ordinal, float score);

    pg::Tenant tenant_;
    Kind kind_;
    std::uint64_t database_;  // whose blocks are kept
    std::vector<Segment> segments_;
    std::vector<std::uint32_t> starts_;  // of each segment in scores_
    std::size_t places_ = 0;             // of all segments
    Lists words_;
    std::vector<BlockPlace> asked_;      // by the last ask_page()
    std::vector<Spot> page_;             // by the last ask_page()
    std::vector<std::uint8_t> allowed_;  // by place: how many groups it is in; empty: all are
    std::uint8_t groups_ = 0;
    std::size_t allowed_count_ = 0;
    double documents_ = 0;
    std::vector<double> frequency_;
    std::vector<float> scores_;
    std::vector<Place> ranked_;  // the best of what was not shown yet, best first
    std::size_t shown_ = 0;      // of ranked_
    std::optional<Place> last_;  // the last one of all that were ranked
    bool all_ranked_ = false;
};

}  // namespace stele::retrieval
