// Hybrid search: words, meanings, letters, age, pins and scope, fused into one order.
#pragma once

#include "knowledge/memory/requests.hpp"
#include "runtime/context.hpp"

namespace stele::memory {

// As many results as asked for whenever the scope holds that many, best first. Without an embedder,
// or when it cannot answer, words alone rank and `degraded` says so.
ResultsOutput search(runtime::Context& context, const SearchInput& input);

}  // namespace stele::memory
