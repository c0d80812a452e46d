// The filler: brings the vectors of memories that were stored without one.
//
// The queue is in the database, so it survives everything; entries are taken for a while and come
// back by themselves when a filler dies. Any number of processes may fill at once.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>

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

// A thread that fills in the background of serve and mcp, and rests when nothing is due or the
// database is away.
class Filler {
  public:
    using MakeContext = std::function<api::Context()>;
    explicit Filler(MakeContext make_context);
    ~Filler();  // finishes the bunch at hand
    Filler(const Filler&) = delete;
    Filler& operator=(const Filler&) = delete;

  private:
    void run(const std::stop_token& stop);

    MakeContext make_context_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_;
};

}  // namespace stele::memory
