// How messages and summaries come into the segments of search, and out of them.
#pragma once

#include <optional>
#include <vector>

#include "api/context.hpp"
#include "retrieval/fold.hpp"

namespace stele::chat {

const retrieval::Source& message_segments();
const retrieval::Source& summary_segments();

// Collected while messages are forgotten, and purged as the last step of the transaction.
class Folded {
  public:
    // Before the rows go. Places: nothing means the whole thread.
    void add(pg::Transaction& tx, const api::Caller& caller, const Uuid& thread,
             const std::optional<std::vector<std::int32_t>>& places);
    void purge(pg::Transaction& tx, const api::Caller& caller) const;

  private:
    std::vector<retrieval::Gone> messages_, summaries_;
};

}  // namespace stele::chat
