// A large tenant's candidates: the newest, the best by words and by meaning, and what stands beside
// those.
#pragma once

#include "chat/candidates.hpp"

namespace stele::chat {

// In one snapshot (pg::Call::snapshot). May run again from the start; what `out` has of an earlier
// run is thrown away, but for what the question means.
void gather_large(pg::Transaction& tx, const api::Context& context, const Scan& scan,
                  Candidates& out);

}  // namespace stele::chat
