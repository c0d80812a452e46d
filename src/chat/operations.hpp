#pragma once

#include "api/operation.hpp"

namespace stele::chat {

// chat.log, log_batch, thread, recent, fork, pending, resolve, end, summaries, forget, import,
// export.
void register_operations(api::Registry& registry);

}  // namespace stele::chat
