// Reading the params of a request, with errors that name the member; writing optional text.
#pragma once

#include <string>
#include <string_view>

#include "foundation/base/json.hpp"

namespace stele::mcp {

// Null when the member is absent or no string.
const json::string* string_in(const json::object& object, std::string_view name);
// Throws Error(invalid_argument) when it is absent, empty or no string.
std::string required_string(const json::object& params, std::string_view name);
// Empty when the member is absent or null; throws Error(invalid_argument) when it is something
// else.
json::object object_in(const json::object& params, std::string_view name);
// Leaves the member out when the text is empty.
void put(json::object& object, std::string_view name, const std::string& text);

}  // namespace stele::mcp
