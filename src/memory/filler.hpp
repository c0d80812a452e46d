// The filler: brings the vectors of memories that were stored without one.
//
// The queue is in the database, so it survives everything; entries are taken for a while and come
// back by themselves when a filler dies. Any number of processes may fill at once.
#pragma once

#include <span>

#include "api/background.hpp"
#include "api/context.hpp"
#include "pg/database.hpp"

namespace stele::memory {

// Fills a bunch (at most 64) of whatever tenant. Returns how many entries it took; 0: nothing is
// due.
int fill_some(api::Context& context);

// Fills until the queue has nothing due or the context's deadline passes; reports progress. Returns
// how many entries were done.
std::int64_t fill_all(api::Context& context);

// Memories waiting, and seconds the oldest has waited, over all tenants.
struct QueueAge {
    std::int64_t waiting = 0;
    double oldest_seconds = 0;
};
QueueAge queue_age(api::Context& context);
// The same as two statements of somebody else's pipeline, the last ones: they let their transaction
// see the queue.
void ask_queue_age(pg::Pipeline& pipeline);
QueueAge queue_age_in(std::span<const pg::Result> answers);  // of those two

// Fills in the background of serve and mcp for as long as it lives.
class Filler {
  public:
    using MakeContext = api::Background::MakeContext;
    explicit Filler(MakeContext make_context);

  private:
    api::Background background_;
};

}  // namespace stele::memory
