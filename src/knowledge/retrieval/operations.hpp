// What the retrieval folder offers: the care of segments.
#pragma once

#include <vector>

#include "knowledge/retrieval/segment_steps.hpp"
#include "runtime/operation.hpp"

namespace stele::retrieval {

void register_operations(runtime::Registry& registry, std::vector<Source> sources);

}  // namespace stele::retrieval
