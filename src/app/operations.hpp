// Every operation of every domain: the one list of them.
#pragma once

#include "api/operation.hpp"

namespace stele::app {

// All but the commands of the program itself (app/commands.hpp), which need a running App.
void register_operations(api::Registry& registry);

}  // namespace stele::app
