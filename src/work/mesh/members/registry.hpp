// Who is there: instances register, beat, leave, and are looked at.
#pragma once

#include "foundation/pg/database.hpp"
#include "runtime/call.hpp"
#include "work/mesh/members/requests.hpp"

namespace stele::mesh {

// Registering a name again is the same instance: it keeps its id, and what it says now holds.
// Throws Error(invalid_argument) for an endpoint that is no URL.
RegisterOutput register_instance(runtime::Context& context, const RegisterInput& input);
// One statement, however many beats.
HeartbeatOutput heartbeat(runtime::Context& context, const HeartbeatInput& input);
LeaveOutput leave(runtime::Context& context, const NameInput& input);
// Takes an instance out of the registry. Throws Error(not_found), Error(conflict) for one that
// beats.
LeaveOutput forget(runtime::Context& context, const NameInput& input);
StatusOutput status(runtime::Context& context, const StatusInput& input);
MembersOutput members(runtime::Context& context, const NoInput& input);

// The caller, or the server that answers him.
bool is_self(const runtime::Context& context, std::string_view name, std::string_view endpoint);

}  // namespace stele::mesh
