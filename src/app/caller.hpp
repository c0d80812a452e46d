// caller.get: who one is, what one may, until when.
#pragma once

#include "api/operation.hpp"

namespace stele::app {

void register_caller(api::Registry& registry);

}  // namespace stele::app
