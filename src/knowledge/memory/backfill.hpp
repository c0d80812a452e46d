// The embedding backfill: brings the vectors of memories that were stored without one.
//
// Which memories lack one stands in embedding_queue, so it survives everything. A text that the
// endpoint refuses is set aside as a dead letter; everything else of its batch has its vector. One
// over which the endpoint fails is tried a few times more before.
#pragma once

#include <span>

#include "foundation/embed/embed_each.hpp"
#include "foundation/pg/database.hpp"
#include "runtime/background/runner.hpp"
#include "runtime/context.hpp"

namespace stele::memory {

inline constexpr std::string_view kEmbeddingTask = "embedding";
// How often a text is tried over which the endpoint fails while it serves others.
inline constexpr int kTextAttempts = 5;

// The task that brings them, 64 at a time.
background::Task embedding_task();

// Brings some of whatever tenant is due. Returns how many entries it ended; 0: nothing is due.
// Throws background::Pause when the embedder does not serve.
std::int64_t fill_some(runtime::Context& context);

// Until nothing is due or the context's deadline passes; reports progress. Returns how many entries
// were ended.
std::int64_t fill_all(runtime::Context& context);

// Memories waiting, and seconds the oldest has waited, over all tenants.
struct QueueAge {
    std::int64_t waiting = 0;
    double oldest_seconds = 0;
};
QueueAge queue_age(runtime::Context& context);
// The same as two statements of somebody else's pipeline, the last ones: they let their transaction
// see the queue.
void ask_queue_age(pg::Pipeline& pipeline);
QueueAge queue_age_in(std::span<const pg::Result> answers);  // of those two

}  // namespace stele::memory
