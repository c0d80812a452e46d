// Sessions: messages go to the thread of the same name, answers come from jobs for agents.
#pragma once

#include "runtime/context.hpp"
#include "work/relay/types.hpp"

namespace stele::relay {

CreateOutput create(runtime::Context& context, const CreateInput& input);
// Throw Error(not_found) for a session that nobody created.
Session get(runtime::Context& context, const IdInput& input);
void must_exist(runtime::Context& context, const std::string& id);
// Logs the message and submits a job that answers it. Two transactions: when the second fails, the
// same call with the same key makes it good.
SayOutput say(runtime::Context& context, const SayInput& input);
// Tells the newest job that lives. Throws Error(conflict) when none does.
ContextOutput add_context(runtime::Context& context, const ContextInput& input);
StopOutput stop(runtime::Context& context, const IdInput& input);
events::ListOutput events_of(runtime::Context& context, const EventsInput& input);

}  // namespace stele::relay
