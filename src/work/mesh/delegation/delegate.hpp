// Handing work to another instance: decide, look at the target's health, put it on record, send it.
// It is on record before it is sent, so whatever dies in between, the tracker asks the target again
// under the same key, until it is known whether it has the job: never twice a job, never a lost
// one.
#pragma once

#include "runtime/context.hpp"
#include "work/jobs/definitions/agent.hpp"
#include "work/mesh/delegation/delegation_requests.hpp"
#include "work/mesh/delegation/ledger.hpp"
#include "work/mesh/delegation/peers.hpp"

namespace stele::mesh {

DelegateOutput delegate(runtime::Context& context, const DelegateInput& input);
// The key under which a call delegates, which is found again when a door looks once more.
std::string key_of(const runtime::Context& context, const DelegateInput& input);

// POST /job's own routing (jobs::RemoteRouter): when the mesh is on and somebody scores above 0.3.
std::optional<jobs::RunOutput> run_elsewhere(runtime::Context& context,
                                             const jobs::RunInput& input);

// Sends what is on record, and puts on record what came of it.
void post(runtime::Context& context, Peers& peers, const Record& record);

}  // namespace stele::mesh
