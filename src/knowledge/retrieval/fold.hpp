// How items come into segments, and out of them again.
//
// While a tenant has few items of a kind outside segments (its tail) nothing happens. Beyond that
// the oldest are folded into a small segment, and eight segments of about a size are merged into
// one. Each step is one transaction; whatever is interrupted has not happened. Only one process at
// a time changes a tenant's segments of a kind, and writers never wait for it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "foundation/pg/database.hpp"
#include "knowledge/retrieval/segments.hpp"
#include "runtime/context.hpp"

namespace stele::retrieval {

// How a domain hands its items over. The statements see one tenant's rows; $1 is the org, $2 the
// project.
struct Source {
    Kind kind;
    // $3 at most: marks the oldest items that are not folded as folded, leaves out what others hold
    // (FOR NO KEY UPDATE SKIP LOCKED), and answers (id uuid, lexemes sparsevec).
    pg::Statement take;
    // $3 at most: answers how many are not folded, counting no further than that.
    pg::Statement waiting;
    // Marks all of them as not folded.
    pg::Statement unfold;
};

// One fold of what stands beyond the tail. Returns how many items it took, 0 when the tail is
// short; nothing when somebody else is changing these segments.
std::optional<int> fold(pg::Transaction& tx, const pg::Tenant& tenant, const Source& source);

// One merge of segments of a size, when there are enough. Returns how many it merged. Holds the ids
// of the result and a part of the postings in memory: at most about 100 MB.
int merge(pg::Transaction& tx, const pg::Tenant& tenant, Kind kind);

// An item whose row was folded and is going away, or gets another text.
struct Gone {
    Uuid id;
    std::vector<std::int32_t> terms;  // dimensions of the text that was folded
};
Gone gone(const Uuid& id, std::string_view lexemes);  // a sparsevec's bytes

// Takes items out of the segments: with this transaction's commit no posting of theirs is left.
// Waits for a merge that is under way, until the deadline. The last thing a transaction does:
// others of this tenant and kind wait for its end.
void purge(pg::Transaction& tx, const pg::Tenant& tenant, Kind kind, std::span<const Gone> items);

// All segments of the tenant go, and all its items are to be folded again.
struct Refolded {
    std::int64_t segments = 0;
    std::int64_t items = 0;
};
Refolded refold(pg::Transaction& tx, const pg::Tenant& tenant, const Source& source);

// Lets the worker look at a tenant: for a search that met a long tail, and for those who write
// much. A transaction of its own, after the one that matters; a failure is logged and no more,
// because whoever asks next does as well.
//
// A write of kManyAtOnce items or more asks, and one in 256 of single ones.
inline constexpr int kManyAtOnce = 100;
inline bool sampled(const Uuid& id) {
    return id.bytes[15] == 0;
}
void ask_fold(pg::Database& db, const pg::Call& call, Kind kind);

}  // namespace stele::retrieval
