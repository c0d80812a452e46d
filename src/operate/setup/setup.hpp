// `stele setup`: from nothing to a database that answers and clients that find it.
#pragma once

#include "operate/cluster/types.hpp"
#include "runtime/context.hpp"

namespace stele::ops {

// In this order, each step only after the one before has succeeded: a server (a local cluster, one
// in Docker, or the one that was given), the schema, a write and a read through the URL that will
// be used, the configuration file, the clients. A second run changes nothing.
SetupOutput setup(runtime::Context& context, const SetupInput& input);

std::string render_setup(const json::value& output);

}  // namespace stele::ops
