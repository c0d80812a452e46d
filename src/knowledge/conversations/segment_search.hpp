// A large tenant's candidates: the newest, the best by words and by meaning, and what stands beside
// those.
#pragma once

#include "knowledge/conversations/candidates.hpp"

namespace stele::conversations {

// In one snapshot (pg::Call::snapshot), but for what is newest and what is near in meaning: that is
// looked for before and beside it. What `out` has already is thrown away, but for what the question
// means.
void gather_from_segments(runtime::Context& context, const CandidateQuery& scan,
                          ConcurrentTask& concurrent, Candidates& out);

}  // namespace stele::conversations
