// Paths in an input: read and written for the caller at this machine's shell alone.
#pragma once

#include <string_view>

#include "runtime/context.hpp"

namespace stele::runtime {

// Throws Error(forbidden), which names the field; `instead` says what the caller can do.
void require_local_files(const Context& context, std::string_view field, std::string_view instead);

}  // namespace stele::runtime
