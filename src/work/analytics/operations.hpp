#pragma once

#include "runtime/operation.hpp"

namespace stele::analytics {

// analytics.annotate, annotations, retract, scores, trends, recommendations and feedback.
void register_operations(api::Registry& registry);

}  // namespace stele::analytics
