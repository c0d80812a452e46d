#pragma once

#include "runtime/operation.hpp"

namespace stele::conversations {

// chat.log, log_batch, thread, recent, fork, pending, resolve, end, summaries, forget, import,
// export.
void register_operations(runtime::Registry& registry);

}  // namespace stele::conversations
