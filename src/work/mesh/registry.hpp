// Who is there: instances register, beat, leave, and are looked at.
#pragma once

#include "foundation/pg/database.hpp"
#include "runtime/call.hpp"
#include "work/mesh/requests.hpp"

namespace stele::mesh {

// Registering a name again is the same instance: it keeps its id, and what it says now holds.
// Throws Error(invalid_argument) for an endpoint that is no URL.
RegisterOutput register_instance(api::Context& context, const RegisterInput& input);
// One statement, however many beats.
HeartbeatOutput heartbeat(api::Context& context, const HeartbeatInput& input);
LeaveOutput leave(api::Context& context, const NameInput& input);
// Takes an instance out of the registry. Throws Error(not_found), Error(conflict) for one that
// beats.
LeaveOutput forget(api::Context& context, const NameInput& input);
StatusOutput status(api::Context& context, const StatusInput& input);
MembersOutput members(api::Context& context, const NoInput& input);

// The caller, or the server that answers him.
bool is_self(const api::Context& context, std::string_view name, std::string_view endpoint);

}  // namespace stele::mesh
