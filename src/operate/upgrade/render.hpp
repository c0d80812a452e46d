// How a terminal shows an upgrade.
#pragma once

#include <string>

#include "runtime/operation.hpp"

namespace stele::upgrade {

// A line for each step; below it, where somebody will read it, what the operation itself prints.
std::string render_upgrade(const runtime::Registry& registry, const json::value& output);

}  // namespace stele::upgrade
