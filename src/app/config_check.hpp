// `stele config check`: the guard of production, before a deploy.
#pragma once

#include <functional>

#include "app/app.hpp"
#include "runtime/operation.hpp"

namespace stele::app {

void register_config_check(runtime::Registry& registry, std::function<App&()> app);

}  // namespace stele::app
