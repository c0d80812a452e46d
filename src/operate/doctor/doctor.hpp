// Runs the checks and gathers what they found.
#pragma once

#include "operate/doctor/types.hpp"
#include "runtime/context.hpp"

namespace stele::doctor {

// Never throws for what it reports on; Error(invalid_argument) for a name that no check has.
DoctorOutput examine(runtime::Context& context, const DoctorInput& input);

std::string render(const json::value& output);

}  // namespace stele::doctor
