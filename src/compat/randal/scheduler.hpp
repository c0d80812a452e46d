// The gateway's scheduler as the contract has it, on the schedules of the jobs domain. It has no
// tables of its own.
#pragma once

#include "compat/randal/requests.hpp"
#include "runtime/context.hpp"

namespace stele::randal {

InfoOutput info(api::Context& context, const NoInput& input);

CronOutput list(api::Context& context, const NoInput& input);
// Throws Error(invalid_argument) without a prompt, and for times that are none.
CronOutput add(api::Context& context, const AddInput& input);
CronOutput remove(api::Context& context, const NameInput& input);
// One of the three.
CronOutput cron(api::Context& context, const CronInput& input);

// Throws Error(not_found) without a heartbeat, Error(conflict) while it is paused.
WakeOutput trigger(api::Context& context, const NoInput& input);
WakeOutput wake(api::Context& context, const WakeInput& input);

WakeOutput hook_wake(api::Context& context, const WakeInput& input);
HookAgentOutput hook_agent(api::Context& context, const HookAgentInput& input);

VoiceOutput voice(api::Context& context, const NoInput& input);

}  // namespace stele::randal
