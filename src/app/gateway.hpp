// What a server says about itself: who it is, and who may speak to it.
#pragma once

#include <functional>

#include "runtime/operation.hpp"

namespace stele::app {

class App;

void register_gateway(runtime::Registry& registry, const std::function<App&()>& app);

}  // namespace stele::app
