// The commands that are about the program itself: serve, mcp, config, openapi, completion, version.
#pragma once

#include <functional>

#include "app/app.hpp"
#include "runtime/dispatcher.hpp"

namespace stele::app {

// `app` gives the process's App; it exists once a command runs.
void register_commands(runtime::Registry& registry, runtime::Dispatcher& dispatcher,
                       runtime::Metrics& metrics, std::function<App&()> app);

}  // namespace stele::app
