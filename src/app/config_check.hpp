// `stele config check`: the guard of production, before a deploy.
#pragma once

#include <functional>

#include "api/operation.hpp"
#include "app/app.hpp"

namespace stele::app {

void register_config_check(api::Registry& registry, std::function<App&()> app);

}  // namespace stele::app
