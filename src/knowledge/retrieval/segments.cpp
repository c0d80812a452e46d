#include "knowledge/retrieval/segments.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <mutex>
#include <set>
#include <tuple>
#include <utility>

#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"
#include "knowledge/retrieval/lexical.hpp"
#include "knowledge/retrieval/scores.hpp"
#include "knowledge/retrieval/sql.hpp"

namespace stele::retrieval {

namespace {

constexpr std::array<std::string_view, 3> kKindNames{"memory", "message", "summary"};

// The first ranking keeps so many more than asked for: a second pass over the scores costs more.
constexpr std::size_t kRankedAhead = 64;
// A large tenant's scores are memory that the kernel would have to hand out, zeroed, page by page
// for each search: a thread keeps the last ones, at most so many.
constexpr std::size_t kKeptScores = 4 << 20;

thread_local std::vector<float> kept_scores;

// Smaller blocks come with the others in one round trip, for some microseconds each.
constexpr std::size_t kKeptBlock = 8 << 10;

BlockCache& cache() {
    static BlockCache blocks(limits::kBlockCacheBytes);
    return blocks;
}

}  // namespace

std::string_view name_of(Kind kind) {
    return kKindNames[std::size_t(kind)];
}

std::optional<Kind> kind_of(std::string_view name) {
    const auto found = std::ranges::find(kKindNames, name);
    if (found == kKindNames.end()) return std::nullopt;
    return Kind(found - kKindNames.begin());
}

void ask_any_segments(pg::Pipeline& pipeline, const pg::Tenant& tenant, Kind kind) {
    pipeline.add(sql::any_segments, tenant.org, tenant.project, name_of(kind));
}

bool any_segments(const pg::Result& answer) {
    return answer[0].get<bool>(0);
}

namespace {

// Few tenants are large. A tenant that has been emptied meanwhile costs one look too many.
constexpr std::size_t kRemembered = 10'000;
std::mutex known_mutex;
std::set<std::tuple<std::uint64_t, Uuid, Uuid, Kind>> known;  // by Database::id() and tenant

}  // namespace

bool known_to_have_segments(const pg::Database& db, const pg::Tenant& tenant, Kind kind) {
    const std::lock_guard lock(known_mutex);
    return known.contains({db.id(), tenant.org, tenant.project, kind});
}

void remember_segments(const pg::Database& db, const pg::Tenant& tenant, Kind kind) {
    const std::lock_guard lock(known_mutex);
    if (known.size() == kRemembered) known.clear();
    known.insert({db.id(), tenant.org, tenant.project, kind});
}

namespace {

std::vector<Segment> segments_in(const pg::Result& answer) {
    std::vector<Segment> out;
    for (const pg::Row row : answer) {
        if (row.is_null(0)) break;
        Segment& s = out.emplace_back();
        s.id = row.get<Uuid>(0);
        s.documents = std::uint32_t(row.get<std::int32_t>(1));
        s.removed = std::uint32_t(row.get<std::int32_t>(2));
        s.buckets = std::uint32_t(row.get<std::int32_t>(3));
        s.bytes = row.get<std::int64_t>(4);
        s.first = row.get<Uuid>(5);
        s.last = row.get<Uuid>(6);
        if (!std::has_single_bit(s.buckets))
            throw Error(Code::failed,
                        "search segment " + s.id.text() + ": buckets is not a power of two");
    }
    return out;
}

}  // namespace

std::vector<Segment> manifest(pg::Transaction& tx, const pg::Tenant& tenant, Kind kind) {
    return segments_in(tx.query(sql::manifest, tenant.org, tenant.project, name_of(kind)));
}

std::size_t Blocks::ask(pg::Pipeline& pipeline, const pg::Tenant& tenant,
                        std::span<const BlockPlace> places) {
    std::vector<Uuid> segments;
    std::vector<std::int32_t> buckets;
    for (const BlockPlace& place : places) {
        segments.push_back(place.segment);
        buckets.push_back(place.bucket);
    }
    return pipeline.add(sql::blocks, tenant.org, tenant.project, segments, buckets);
}

Blocks::Blocks(std::vector<BlockPlace> places, pg::Result answer)
    : places_(std::move(places)), bytes_(places_.size()) {
    results_.push_back(std::move(answer));
    for (const pg::Row row : results_.back())
        bytes_[std::size_t(row.get<std::int32_t>(0))] = row.raw(1);
    for (std::size_t i = 0; i < bytes_.size(); ++i)
        if (bytes_[i].empty()) damaged_block(places_[i], "is missing");
}

Blocks::Blocks(pg::Transaction& tx, const pg::Tenant& tenant, std::vector<BlockPlace> places) {
    if (places.empty()) return;
    auto answer = tx.pipeline([&](pg::Pipeline& p) { ask(p, tenant, places); });
    *this = Blocks(std::move(places), std::move(answer[0]));
}

SegmentSearch::SegmentSearch(const pg::Database& db, pg::Transaction& tx, const pg::Tenant& tenant,
                             Kind kind, std::span<const std::int32_t> dimensions)
    : SegmentSearch(db, tenant, kind) {
    take_manifest(tx.pipeline([&](pg::Pipeline& p) { ask_manifest(p); })[0]);
    take_postings(std::move(tx.pipeline([&](pg::Pipeline& p) { ask_postings(p, dimensions); })[0]));
}

std::size_t SegmentSearch::ask_manifest(pg::Pipeline& pipeline) const {
    return pipeline.add(sql::manifest, tenant_.org, tenant_.project, name_of(kind_));
}

void SegmentSearch::take_manifest(const pg::Result& answer) {
    segments_ = segments_in(answer);
    for (const Segment& segment : segments_) documents_ += segment.live();
}

// Where a list stands; they are in the order of the segments, of each term by term.
BlockPlace SegmentSearch::place_of(const Lists& of, std::size_t list) const {
    const Segment& segment = segments_[list / of.dimensions.size()];
    return {segment.id, bucket_of(of.dimensions[list % of.dimensions.size()], segment.buckets)};
}

BlockCache::Key SegmentSearch::key_of(const Lists& of, std::size_t list) const {
    const BlockPlace place = place_of(of, list);
    return {database_, place.segment, segments_[list / of.dimensions.size()].removed, place.bucket};
}

std::size_t SegmentSearch::ask(pg::Pipeline& pipeline, Lists& of) {
    of.kept.resize(segments_.size() * of.dimensions.size());
    // Two terms of one bucket ask for the same block twice: rare, and simpler than sharing it.
    for (std::size_t list = 0; list < of.kept.size(); ++list) {
        of.kept[list] = cache().find(key_of(of, list));
        if (!of.kept[list]) of.asked.push_back(place_of(of, list));
    }
    return Blocks::ask(pipeline, tenant_, of.asked);
}

void SegmentSearch::take(Lists& of, pg::Result answer) {
    of.blocks = Blocks(std::exchange(of.asked, {}), std::move(answer));
    of.lists.resize(of.kept.size());
    std::size_t fresh = 0;
    for (std::size_t list = 0; list < of.lists.size(); ++list) {
        const std::int32_t dimension = of.dimensions[list % of.dimensions.size()];
        if (of.kept[list]) {
            of.lists[list] =
                PostingBlock::known(place_of(of, list), *of.kept[list]).find(dimension);
            continue;
        }
        const std::string_view bytes = of.blocks.bytes(fresh);
        of.lists[list] = PostingBlock(of.blocks.place(fresh++), bytes).find(dimension);
        if (bytes.size() >= kKeptBlock) cache().keep(key_of(of, list), bytes);
    }
}

std::size_t SegmentSearch::ask_postings(pg::Pipeline& pipeline,
                                        std::span<const std::int32_t> dimensions) {
    words_.dimensions.assign(dimensions.begin(), dimensions.end());
    return ask(pipeline, words_);
}

void SegmentSearch::take_postings(pg::Result answer) {
    take(words_, std::move(answer));
    const std::size_t terms = words_.dimensions.size();
    frequency_.assign(terms, 0);
    for (std::size_t list = 0; list < words_.lists.size(); ++list)
        frequency_[list % terms] += words_.lists[list].count();
}

// The place of each segment's first document among all.
void SegmentSearch::place_segments() {
    std::size_t documents = 0;
    starts_.clear();
    for (const Segment& segment : segments_) {
        starts_.push_back(std::uint32_t(documents));
        documents += segment.documents;
    }
    if (documents > UINT32_MAX / 2)
        throw Error(Code::too_large, "a tenant of more than 2 billion items is not searched");
    places_ = documents;
}

std::size_t SegmentSearch::segment_at(std::uint32_t place) const {
    return std::size_t(std::ranges::upper_bound(starts_, place) - starts_.begin()) - 1;
}

bool SegmentSearch::allow(pg::Transaction& tx, const LabelGroups& groups) {
    if (groups.empty()) return false;
    Lists labels;
    groups_ = std::uint8_t(groups.size());
    std::vector<std::uint8_t> group_of;
    for (std::uint8_t group = 0; group < groups_; ++group)
        for (const std::int32_t label : groups[group]) {
            labels.dimensions.push_back(label);
            group_of.push_back(group);
        }
    labels.dimensions.push_back(label_of_labelled());
    group_of.push_back(groups_);  // no group's
    take(labels, std::move(tx.pipeline([&](pg::Pipeline& p) { ask(p, labels); })[0]));
    // Group by group: only what was in all groups before can be in the next.
    const std::size_t terms = labels.dimensions.size();
    double labelled = 0;
    for (std::size_t list = terms - 1; list < labels.lists.size(); list += terms)
        labelled += labels.lists[list].count();
    if (labelled < documents_) return false;
    place_segments();
    allowed_.assign(places_, 0);
    for (std::uint8_t group = 0; group < groups_; ++group)
        for (std::size_t list = 0; list < labels.lists.size(); ++list) {
            if (group_of[list % terms] != group) continue;
            const std::size_t segment = list / terms;
            std::uint8_t* const of = allowed_.data() + starts_[segment];
            labels.lists[list].for_each(segments_[segment].documents, [&](auto ordinal, auto) {
                if (of[ordinal] == group) of[ordinal] = std::uint8_t(group + 1);
            });
        }
    allowed_count_ = std::size_t(std::ranges::count(allowed_, groups_));
    return true;
}

std::vector<Uuid> SegmentSearch::newest_allowed(pg::Transaction& tx, std::size_t n) {
    page_.clear();
    Chunks known;
    // Of each segment as many: ids of different segments are not in one order.
    for (std::size_t s = 0; s < segments_.size(); ++s) {
        std::size_t taken = 0;
        for (std::uint32_t ordinal = segments_[s].documents; ordinal-- > 0 && taken < n;)
            if (allowed_[starts_[s] + ordinal] == groups_) {
                add_spot(known, s, ordinal, 0);
                ++taken;
            }
    }
    auto answer = tx.pipeline([&](pg::Pipeline& p) { Blocks::ask(p, tenant_, asked_); });
    std::vector<Uuid> out;
    for (const ScoredItem& item : take_page(std::move(answer[0]))) out.push_back(item.id);
    std::ranges::sort(out, std::ranges::greater{});
    out.resize(std::min(out.size(), n));
    return out;
}

SegmentSearch::~SegmentSearch() {
    if (scores_.size() <= kKeptScores && scores_.capacity() > kept_scores.capacity())
        kept_scores = std::move(scores_);
}

SegmentSearch::SegmentSearch(SegmentSearch&&) noexcept = default;

void SegmentSearch::score() {
    std::vector<double> idf;
    for (const double containing : frequency_)
        idf.push_back(inverse_document_frequency(documents_, containing));
    score(idf);
}

void SegmentSearch::score(std::span<const double> idf) {
    place_segments();
    scores_ = std::move(kept_scores);
    scores_.assign((places_ + kStrip - 1) / kStrip * kStrip, 0.f);
    for (std::size_t i = 0; i < words_.lists.size(); ++i) {
        const PostingList& list = words_.lists[i];
        if (list.count() == 0) continue;
        const std::size_t segment = i / idf.size();
        list.add_to(scores_.data() + starts_[segment], segments_[segment].documents,
                    float(idf[i % idf.size()]));
    }
    for (std::size_t at = 0; at < allowed_.size(); ++at)
        if (allowed_[at] != groups_) scores_[at] = 0;
}

// The n best after the last one that was ranked: by score, then by place.
void SegmentSearch::rank(std::size_t n) {
    const auto better = [](const Place& a, const Place& b) {
        return a.score != b.score ? a.score > b.score : a.at < b.at;
    };
    std::vector<Place> heap;  // the worst in front
    heap.reserve(n + 1);
    float floor = 0;  // what is no higher is not among them: of equals, the first in place stays
    for (std::size_t strip = 0; strip < scores_.size(); strip += kStrip) {
        if (highest_of(scores_.data() + strip) <= floor) continue;
        for (std::size_t at = strip; at < strip + kStrip; ++at) {
            if (scores_[at] <= floor) continue;
            const Place place{scores_[at], std::uint32_t(at)};
            if (last_ && !better(*last_, place)) continue;
            heap.push_back(place);
            std::ranges::push_heap(heap, better);
            if (heap.size() < n) continue;
            if (heap.size() > n) {
                std::ranges::pop_heap(heap, better);
                heap.pop_back();
            }
            floor = heap.front().score;
        }
    }
    std::ranges::sort_heap(heap, better);
    all_ranked_ = heap.size() < n;
    if (!heap.empty()) last_ = heap.back();
    ranked_.erase(ranked_.begin(), ranked_.begin() + std::ptrdiff_t(shown_));
    shown_ = 0;
    ranked_.insert(ranked_.end(), heap.begin(), heap.end());
}

// A document of the page, and its chunk of ids if no other asked for it.
void SegmentSearch::add_spot(Chunks& known, std::size_t segment, std::uint32_t ordinal,
                             float score) {
    const std::int32_t bucket = chunk_bucket(ordinal);
    const auto [at, fresh] = known.try_emplace({segment, bucket}, asked_.size());
    if (fresh) asked_.push_back({segments_[segment].id, bucket});
    page_.push_back({score, at->second, ordinal % kChunk});
}

std::size_t SegmentSearch::ask_page(pg::Pipeline& pipeline, std::size_t n) {
    if (ranked_.size() - shown_ < n && !all_ranked_)
        rank(std::max(n + kRankedAhead, 4 * ranked_.size()));
    const std::span page = std::span(ranked_).subspan(shown_, std::min(n, ranked_.size() - shown_));
    shown_ += page.size();

    page_.clear();
    Chunks known;
    for (const Place& place : page) {
        const std::size_t segment = segment_at(place.at);
        add_spot(known, segment, place.at - starts_[segment], place.score);
    }
    return Blocks::ask(pipeline, tenant_, asked_);
}

std::vector<ScoredItem> SegmentSearch::take_page(pg::Result answer) {
    const Blocks chunks(std::exchange(asked_, {}), std::move(answer));
    std::vector<ScoredItem> out;
    for (const Spot& spot : page_)
        out.push_back(
            {id_in(chunks.place(spot.block), chunks.bytes(spot.block), spot.at), spot.score});
    return out;
}

std::vector<ScoredItem> SegmentSearch::next(pg::Transaction& tx, std::size_t n) {
    return take_page(std::move(tx.pipeline([&](pg::Pipeline& p) { ask_page(p, n); })[0]));
}

}  // namespace stele::retrieval
