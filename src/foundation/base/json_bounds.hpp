// What JSON of any shape may hold to be stored: the only place that decides it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "foundation/base/json.hpp"

namespace stele {

// Why the value cannot be kept, to follow a field's name: "contains a NUL character". Nothing when
// it can. Depth is bounded by limits::kJsonDepth, numbers are finite, texts and names are UTF-8
// without NUL, and its compact text has at most `max_bytes`.
std::optional<std::string> json_problem(const json::value& value, std::size_t max_bytes);

}  // namespace stele
