#pragma once

#include "runtime/operation.hpp"

namespace stele::analytics {

// analytics.annotate, annotations, retract, scores, trends, recommendations and feedback.
void register_operations(runtime::Registry& registry);

}  // namespace stele::analytics
