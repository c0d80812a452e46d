#pragma once

#include <string>

#include "runtime/context.hpp"

namespace stele::jobs {

// Submits the job of one of the caller's schedules as if its time had come: it goes on from now.
// Nothing happens when there is no such schedule or it is paused.
void fire_now(runtime::Context& context, const std::string& name);

}  // namespace stele::jobs
