// How messages and summaries come into the segments of search, and out of them.
#pragma once

#include <optional>
#include <vector>

#include "knowledge/retrieval/segment_steps.hpp"
#include "runtime/context.hpp"

namespace stele::conversations {

const retrieval::Source& message_segments();
const retrieval::Source& summary_segments();

// What else knows of messages that are being forgotten.
class Traces {
  public:
    // Before the rows go. Places: nothing means the whole thread.
    void add(pg::Transaction& tx, const runtime::Caller& caller, const Uuid& thread,
             const std::optional<std::vector<std::int32_t>>& places);
    // The summaries that go with them.
    const std::vector<Uuid>& summaries() const { return summaries_; }
    // The last step of the transaction: no posting of theirs is left in the segments.
    void purge(pg::Transaction& tx, const runtime::Caller& caller) const;

  private:
    std::vector<Uuid> summaries_;
    std::vector<retrieval::Gone> indexed_messages_, indexed_summaries_;
};

}  // namespace stele::conversations
