// The gateway's scheduler as the contract has it, on the schedules of the jobs domain. It has no
// tables of its own.
#pragma once

#include "compat/randal/requests.hpp"
#include "runtime/context.hpp"

namespace stele::randal {

InfoOutput info(runtime::Context& context, const NoInput& input);

CronOutput list(runtime::Context& context, const NoInput& input);
// Throws Error(invalid_argument) without a prompt, and for times that are none.
CronOutput add(runtime::Context& context, const AddInput& input);
CronOutput remove(runtime::Context& context, const NameInput& input);
// One of the three.
CronOutput cron(runtime::Context& context, const CronInput& input);

// Throws Error(not_found) without a heartbeat, Error(conflict) while it is paused.
WakeOutput trigger(runtime::Context& context, const NoInput& input);
WakeOutput wake(runtime::Context& context, const WakeInput& input);

WakeOutput hook_wake(runtime::Context& context, const WakeInput& input);
HookAgentOutput hook_agent(runtime::Context& context, const HookAgentInput& input);

}  // namespace stele::randal
