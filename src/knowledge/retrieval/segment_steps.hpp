// How items come into segments, and out of them again.
//
// Nothing happens while few items of a tenant and kind are unindexed. Beyond that the oldest come
// into a small segment, and eight segments of about a size are merged into one. Each step is one
// transaction; whatever is interrupted has not happened. Only one process at a time changes a
// tenant's segments of a kind, and writers never wait for it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "foundation/pg/database.hpp"
#include "knowledge/retrieval/segments.hpp"
#include "runtime/context.hpp"

namespace stele::retrieval {

// Texts that were split into words, as arrays of a statement. All pairs stand in one; first and
// last say which are a text's.
struct SplitTexts {
    std::vector<Uuid> ids;
    std::vector<pg::SparseVector> lexemes;
    std::vector<std::int32_t> words, pairs, first_pairs, last_pairs;
};

// How a domain hands its items over. The statements see one tenant's rows; $1 is the org, $2 the
// project.
struct Source {
    Kind kind;
    // $3 at most: marks the oldest unindexed items as indexed, leaves out what others hold
    // (FOR NO KEY UPDATE SKIP LOCKED), and answers (id uuid, lexemes sparsevec).
    pg::Statement take;
    // $3 at most: answers how many are not indexed, counting no further than that.
    pg::Statement waiting;
    // Marks all of them as not indexed.
    pg::Statement mark_unindexed;
    // $3 after this id, $4 at most: locks texts and answers them as they are split, in the order of
    // their ids (id uuid, text, and what `labels` reads).
    pg::Statement texts{};
    // Writes what their words are.
    void (*set_words)(pg::Transaction&, const pg::Tenant&, const SplitTexts&) = nullptr;
    // The labels of a row of texts, where the kind has any.
    std::vector<std::int32_t> (*labels)(const pg::Row&) = nullptr;
};

// Makes one segment of the oldest unindexed items. Returns how many it took, 0 when few are
// unindexed; nothing when somebody else is changing these segments.
std::optional<int> build_segment(pg::Transaction& tx, const pg::Tenant& tenant,
                                 const Source& source);

// One merge of segments of a size, when there are enough. Returns how many it merged. Holds the ids
// of the result and a part of the postings in memory: at most about 100 MB.
int merge(pg::Transaction& tx, const pg::Tenant& tenant, Kind kind);

// An item whose row was indexed and is going away, or gets another text.
struct Gone {
    Uuid id;
    std::vector<std::int32_t> terms;  // dimensions of the text that was indexed
};
Gone gone(const Uuid& id, std::string_view lexemes);  // a sparsevec's bytes

// Takes items out of the segments: with this transaction's commit no posting of theirs is left.
// Waits for a merge that is under way, until the deadline. The last thing a transaction does:
// others of this tenant and kind wait for its end.
void purge(pg::Transaction& tx, const pg::Tenant& tenant, Kind kind, std::span<const Gone> items);

// Splits every text of the tenant into words anew, a page a transaction, for texts that an earlier
// version split otherwise. The segments keep the old words: empty_segments() comes after it.
// Returns how many texts it split.
std::int64_t split_again(runtime::Context& context, const pg::Call& call, const Source& source);

// All segments of the tenant go, and all its items are to be indexed again.
struct Emptied {
    std::int64_t segments = 0;
    std::int64_t items = 0;
};
Emptied empty_segments(pg::Transaction& tx, const pg::Tenant& tenant, const Source& source);

// Lets the worker look at a tenant: for a search that met many unindexed items, and for those who
// write much. A transaction of its own, after the one that matters; a failure is logged and no
// more, because whoever asks next does as well.
//
// A write of kManyAtOnce items or more asks, and one in 256 of single ones.
inline constexpr int kManyAtOnce = 100;
inline bool sampled(const Uuid& id) {
    return id.bytes[15] == 0;
}
void request_indexing(pg::Database& db, const pg::Call& call, Kind kind);

}  // namespace stele::retrieval
