// caller.get: who one is, what one may, until when.
#pragma once

#include "runtime/operation.hpp"

namespace stele::app {

void register_caller(runtime::Registry& registry);

}  // namespace stele::app
