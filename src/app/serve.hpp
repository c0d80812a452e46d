// The two long-running commands.
#pragma once

#include <string>

#include "app/app.hpp"
#include "runtime/dispatcher.hpp"

namespace stele::app {

// Serves HTTP until SIGTERM or SIGINT, then drains. Throws Error(refused) for an address that is
// not loopback without a token, Error(configuration) for one that cannot be bound, and, with
// server.requireMemory, whatever keeps the database from being ready.
void serve(App& app, const runtime::Registry& registry, runtime::Dispatcher& dispatcher,
           runtime::Metrics& metrics);

// Serves one MCP client on stdin and stdout until it closes them. `initialize` is answered at once;
// the database comes up behind it.
int serve_mcp(App& app, const runtime::Registry& registry, runtime::Dispatcher& dispatcher,
              const std::string& tools);

}  // namespace stele::app
