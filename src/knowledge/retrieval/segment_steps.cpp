#include "knowledge/retrieval/segment_steps.hpp"

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/log.hpp"
#include "knowledge/retrieval/lists.hpp"
#include "knowledge/retrieval/segment_writer.hpp"
#include "knowledge/retrieval/sql.hpp"

namespace stele::retrieval {

namespace {

// Of a posting in a small segment, in which most terms occur once or twice.
constexpr std::int64_t kPostingBytes = 6;

struct WeightedDocument {
    Uuid id;
    std::string_view lexemes;
};

// The items by id: an ordinal's id is then found by halving. The views are the result's.
std::vector<WeightedDocument> documents_of(const pg::Result& rows) {
    std::vector<WeightedDocument> out;
    for (const pg::Row row : rows) out.push_back({row.get<Uuid>(0), row.raw(1)});
    std::ranges::sort(out, {}, &WeightedDocument::id);
    return out;
}

std::vector<Posting> postings_of(std::span<const WeightedDocument> items) {
    std::vector<Posting> out;
    for (std::uint32_t ordinal = 0; ordinal < items.size(); ++ordinal)
        pg::for_each_sparse(items[ordinal].lexemes, [&](std::int32_t dimension, float weight) {
            out.push_back({dimension, ordinal, quantised(weight)});
        });
    return out;
}

void write_segment(pg::Transaction& tx, const pg::Tenant& tenant, Kind kind,
                   std::span<const WeightedDocument> items) {
    std::vector<Posting> postings = postings_of(items);
    std::vector<Uuid> ids;
    for (const WeightedDocument& item : items) ids.push_back(item.id);
    SegmentWriter writer(tx, tenant, kind, ids,
                         buckets_for(std::int64_t(postings.size()) * kPostingBytes));
    writer.add(postings, 0, 1);
    writer.finish();
}

bool try_lock(pg::Transaction& tx, const pg::Tenant& tenant, Kind kind) {
    return tx.query(sql::try_lock, tenant.org, tenant.project, name_of(kind))[0].get<bool>(0);
}

}  // namespace

std::optional<int> build_segment(pg::Transaction& tx, const pg::Tenant& tenant,
                                 const Source& source) {
    if (!try_lock(tx, tenant, source.kind)) return std::nullopt;
    const auto waiting = tx.query(source.waiting, tenant.org, tenant.project,
                                  std::int32_t(limits::kUnindexedLeft + limits::kSegmentMost))[0]
                             .get<std::int64_t>(0);
    if (waiting <= limits::kUnindexedWithSegments) return 0;
    if (waiting <= limits::kUnindexedMost && manifest(tx, tenant, source.kind).empty()) return 0;
    const pg::Result rows = tx.query(source.take, tenant.org, tenant.project,
                                     std::int32_t(waiting - limits::kUnindexedLeft));
    if (rows.empty()) return 0;
    write_segment(tx, tenant, source.kind, documents_of(rows));
    return rows.rows();
}

Emptied empty_segments(pg::Transaction& tx, const pg::Tenant& tenant, const Source& source) {
    tx.query(sql::lock, tenant.org, tenant.project, name_of(source.kind));
    std::vector<Uuid> segments;
    for (const Segment& segment : manifest(tx, tenant, source.kind)) segments.push_back(segment.id);
    Emptied out;
    out.segments = std::int64_t(segments.size());
    tx.query(sql::drop_blocks, tenant.org, tenant.project, segments);
    tx.query(sql::drop_segments, tenant.org, tenant.project, name_of(source.kind), segments);
    out.items =
        std::int64_t(tx.query(source.mark_unindexed, tenant.org, tenant.project).affected());
    drop_lists(tx, tenant, source.kind);
    tx.query(sql::request_indexing, tenant.org, tenant.project, name_of(source.kind));
    return out;
}

void request_indexing(pg::Database& db, const pg::Call& call, Kind kind) {
    try {
        db.once(call, sql::request_indexing, call.tenant.org, call.tenant.project, name_of(kind));
    } catch (const Error& error) {
        log::warn("indexing was not asked for: {}", error.message());
    }
}

}  // namespace stele::retrieval
