// Submitting as a part of somebody else's transaction.
#pragma once

#include <string>
#include <vector>

#include "work/jobs/store.hpp"

namespace stele::jobs {

struct Submitted : SubmitBatchOutput {
    std::vector<std::string> queues;  // to be woken after the commit
};

// As submit_batch, for jobs without parents and delays. Throws Error(conflict) for a queue that is
// draining, and then the transaction must not commit.
Submitted submit_within(pg::Transaction& tx, const runtime::Caller& caller,
                        const SubmitBatchInput& input);

}  // namespace stele::jobs
