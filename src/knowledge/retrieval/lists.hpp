// Vector lists: what is near in meaning, in a tenant of any size.
//
// Each vector has a code, one bit a dimension, in the list of what is nearest to the same centroid.
// A search reads the codes of the lists nearest to the question and compares the vectors of the
// best. Triggers write the codes; lists that have grown too long are split in the background. See
// docs/adr/0012-vector-lists.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/pg/database.hpp"
#include "knowledge/retrieval/centroids.hpp"
#include "knowledge/retrieval/kind.hpp"

namespace stele::retrieval {

// A longer list is split; what comes of it has about a quarter of this. Also in
// migrations/0004_vectors, where a trigger looks at it.
inline constexpr std::int64_t kListMost = 2048;
// A search reads so many lists and compares so many vectors: docs/benchmarks.md has what it finds.
inline constexpr std::int32_t kListsRead = 8;
inline constexpr std::int32_t kCodesCompared = 120;

// The lists of a tenant that a question needs; now and then a round trip. There is nothing for
// Kind::summary, here and below.
NearLists near_lists(const pg::Database& db, pg::Transaction& tx, const pg::Tenant& tenant,
                     Kind kind, std::int32_t model, const pg::HalfVector& question);

// A search by meaning, as a statement of somebody's pipeline: the `limit` nearest, nearest first.
// Scopes: nothing means all.
// Returns the answer's place.
std::size_t ask_nearest(pg::Pipeline& pipeline, const pg::Tenant& tenant, Kind kind,
                        std::int32_t model, const pg::HalfVector& question, const NearLists& lists,
                        const std::optional<std::vector<std::string>>& scopes, std::int32_t limit);
std::vector<Uuid> nearest_in(const pg::Result& answer);

// One step towards lists that are short and hold every vector's code: codes the vectors of a tenant
// that has no lists, or splits a marked list that is too long, or goes on with a split that was
// interrupted. Returns how many codes it wrote, 0 when all is in order. Several transactions;
// killed between any of them it goes on where it was, and searches find everything meanwhile.
std::int64_t tend_lists(pg::Database& db, const pg::Call& call, Kind kind);

// All codes and lists of the tenant's kind go; tend_lists() makes them anew. Returns how many
// codes.
std::int64_t drop_lists(pg::Transaction& tx, const pg::Tenant& tenant, Kind kind);

}  // namespace stele::retrieval
