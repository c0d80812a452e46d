// caller.get: who one is, what one may, until when.
#pragma once

#include "runtime/operation.hpp"

namespace stele::app {

void register_caller(api::Registry& registry);

}  // namespace stele::app
