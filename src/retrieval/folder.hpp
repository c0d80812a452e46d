// The folder: the worker that keeps tails short and segments few.
//
// Which tenants it looks at stands in segment_queue: a search that meets a long tail asks for it,
// and those who write much. The queue is in the database; entries are taken for a while and come
// back by themselves when a worker dies. Any number of processes may run one.
#pragma once

#include <span>
#include <vector>

#include "api/background.hpp"
#include "api/context.hpp"
#include "retrieval/fold.hpp"

namespace stele::retrieval {

struct FoldStats {
    int looked_at = 0;       // tenants and kinds
    std::int64_t items = 0;  // folded
    int folds = 0;
    int merges = 0;
    std::int64_t listed = 0;  // codes of vectors that were made or moved
};

// Brings one due tenant and kind of these sources into order: its tail short, its segments merged.
// All zeros: nothing is due.
FoldStats fold_some(api::Context& context, std::span<const Source> sources);

// The same until nothing is due or the deadline passes; reports progress.
FoldStats fold_all(api::Context& context, std::span<const Source> sources);

// Folds in the background of serve and mcp. Its end cancels the step at hand: what is not committed
// has not happened.
class Folder {
  public:
    Folder(api::Background::MakeContext make_context, std::vector<Source> sources);

  private:
    std::vector<Source> sources_;
    api::Background background_;
};

}  // namespace stele::retrieval
