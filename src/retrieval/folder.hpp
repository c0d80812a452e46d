// The folder: the worker that keeps tails short and segments few.
//
// Which tenants it looks at stands in search_folds: a search that meets a long tail asks for it,
// and those who write much. The queue is in the database; entries are taken for a while and come
// back by themselves when a worker dies. Any number of processes may run one.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "api/context.hpp"
#include "retrieval/fold.hpp"

namespace stele::retrieval {

struct FoldStats {
    int looked_at = 0;       // tenants and kinds
    std::int64_t items = 0;  // folded
    int folds = 0;
    int merges = 0;
};

// Brings one due tenant and kind of these sources into order: its tail short, its segments merged.
// All zeros: nothing is due.
FoldStats fold_some(api::Context& context, std::span<const Source> sources);

// The same until nothing is due or the deadline passes; reports progress.
FoldStats fold_all(api::Context& context, std::span<const Source> sources);

// A thread that folds in the background of serve and mcp, and rests when nothing is due or the
// database is away.
class Folder {
  public:
    using MakeContext = std::function<api::Context()>;
    Folder(MakeContext make_context, std::vector<Source> sources);
    ~Folder();  // gives up the step at hand: what is not committed has not happened
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

  private:
    void run(const std::stop_token& stop);

    MakeContext make_context_;
    std::vector<Source> sources_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_;
};

}  // namespace stele::retrieval
