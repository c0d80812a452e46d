// Which database a verb is about: the configured one, or Stele's own on this machine.
#pragma once

#include "foundation/pg/conninfo.hpp"
#include "operate/cluster/types.hpp"
#include "runtime/context.hpp"

namespace stele::ops {

// The owner's connection, which holds a session: database.adminUrl, else .directUrl, else .url,
// else the local cluster's.
pg::ConnInfo admin_endpoint(const runtime::Context& context);

// The connection for what moves whole databases: the local cluster's superuser, else the owner's.
pg::ConnInfo operator_endpoint(const runtime::Context& context);

// Where a copy goes: what was given, else STELE_TARGET_URL, which keeps a password out of the list
// of processes; "" when neither says.
std::string target_url(const std::string& given);

// Error(refused) unless the configured database is the local cluster, for what starts and stops
// one.
void require_local(const runtime::Context& context, std::string_view verb);

// The configured database as the role asked for. Error(refused) for a role that only the local
// cluster has a login for.
pg::ConnInfo endpoint(const runtime::Context& context, DatabaseRole role);

}  // namespace stele::ops
