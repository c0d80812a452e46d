// Leasing: which queues a request means, and what a door waits for.
#pragma once

#include <string>
#include <vector>

#include "work/jobs/store.hpp"

namespace stele::jobs {

// The queues of a lease, in the order to look at them.
std::vector<std::string> queues_of(const LeaseInput& input);

}  // namespace stele::jobs
