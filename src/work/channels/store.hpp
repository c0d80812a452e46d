// The SQL of channels: the only functions that know their table.
#pragma once

#include "runtime/context.hpp"
#include "work/channels/types.hpp"

namespace stele::channels {

// Those that were declared, and those whose queue has jobs.
ListOutput list(runtime::Context& context, const NoInput& input);
Channel declare(runtime::Context& context, const DeclareInput& input);
// What was sent and not delivered stays in the queue.
RemoveOutput remove(runtime::Context& context, const NameInput& input);

// Submits the job that delivers a message. Throws Error(not_found) for a channel that was not
// declared, Error(conflict) for one that takes no messages.
SendOutput send(runtime::Context& context, const SendInput& input);

JobInfoOutput job_info(runtime::Context& context, const NoInput& input);

}  // namespace stele::channels
