// The task "segments": keeps what no segment holds short, and segments few.
//
// Which kinds of a tenant it looks at stands in segment_queue: a search that meets much that no
// segment holds asks for it, and those who write much.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "knowledge/retrieval/segment_steps.hpp"
#include "runtime/background/runner.hpp"
#include "runtime/context.hpp"

namespace stele::retrieval {

inline constexpr std::string_view kSegmentsTask = "segments";

struct BuildStats {
    int looked_at = 0;       // tenants and kinds
    std::int64_t items = 0;  // indexed
    int segments = 0;
    int merges = 0;
    std::int64_t listed = 0;  // codes of vectors that were made or moved
};

// Brings one due kind of these sources into order, of a tenant. Its end may cancel the step at
// hand: what is not committed has not happened.
background::Task segments_task(std::vector<Source> sources);

// Until no tenant is due or the deadline passes; reports progress.
BuildStats build_all(runtime::Context& context, std::span<const Source> sources);

}  // namespace stele::retrieval
