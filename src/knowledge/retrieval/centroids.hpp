// The centroids of a large tenant's vector lists, kept in the process: choosing the lists that a
// question needs costs the server a millisecond at a million items, and here a tenth of it.
//
// What is kept may be old. An open list's centroid never changes, and numbers only rise, also when
// all lists are made anew: so lists that were made since are told by their numbers, and the server
// chooses among those. A list that was split since is empty or gone; its successors are new.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "foundation/pg/database.hpp"
#include "knowledge/retrieval/kind.hpp"

namespace stele::retrieval {

// The lists to read for a question, as far as the process knows them.
struct NearLists {
    std::vector<std::int32_t> chosen;
    std::int32_t newest = -1;  // those with higher numbers are the server's to choose from
};

class Centroids {
  public:
    // Rows of a list and its centroid, of unit length; without one it takes part in every search.
    explicit Centroids(const pg::Result& rows);
    NearLists nearest(std::span<const float> question, std::size_t lists) const;
    std::size_t bytes() const { return rows_.size() * sizeof(float); }

  private:
    std::vector<std::int32_t> numbers_;  // of the rows
    std::vector<float> rows_;            // one behind the other
    std::vector<std::int32_t> always_;
    std::int32_t newest_ = -1;
};

// Those of a tenant, kind and model; `tx` reads them when the process does not know them, or has
// not read them lately.
std::shared_ptr<const Centroids> centroids_of(const pg::Database& db, pg::Transaction& tx,
                                              const pg::Tenant& tenant, Kind kind,
                                              std::int32_t model);

}  // namespace stele::retrieval
