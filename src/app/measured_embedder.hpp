// An embedder whose calls are counted and timed on /metrics.
#pragma once

#include <memory>

#include "api/metrics.hpp"
#include "embed/embedder.hpp"

namespace stele::app {

// Null for null. `metrics` must outlive what is returned.
std::shared_ptr<embed::Embedder> measured(std::shared_ptr<embed::Embedder> inner,
                                          api::Metrics& metrics);

}  // namespace stele::app
