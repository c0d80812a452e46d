// The task "conversations": summaries and vectors, made in the background of whoever logs.
//
// What is due stands in chat_work, so it survives everything; it is taken for a while and comes
// back by itself when a worker dies. A range has one summary, a message one vector of each part.
#pragma once

#include "knowledge/memory/reembed.hpp"
#include "runtime/background/runner.hpp"
#include "runtime/context.hpp"

namespace stele::runtime {
struct SummarySettings;
}

namespace stele::conversations {

background::Task conversations_task(const runtime::SummarySettings& settings);

// Until nothing is due or the context's deadline passes. Returns how many summaries were made and
// messages were ended. Throws background::Pause when the embedder does not serve.
std::int64_t work_all(runtime::Context& context);

// Vectors of conversations, for memory.reembed.
memory::Refill refill();

}  // namespace stele::conversations
