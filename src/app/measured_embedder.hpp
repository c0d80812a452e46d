// An embedder whose calls are counted and timed on /metrics.
#pragma once

#include <memory>

#include "foundation/embed/embedder.hpp"
#include "runtime/metrics.hpp"

namespace stele::app {

// Null for null. `metrics` must outlive what is returned.
std::shared_ptr<embed::Embedder> measured(std::shared_ptr<embed::Embedder> inner,
                                          runtime::Metrics& metrics);

}  // namespace stele::app
