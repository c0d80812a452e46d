// Arguments of hosts that write every value as a text: "3" for 3, "[\"a\"]" for ["a"].
#pragma once

#include "foundation/base/json.hpp"
#include "foundation/base/reflect.hpp"

namespace stele::mcp {

// The arguments with each text read as JSON that stands where `shape` wants a boolean, a number, an
// array or an object and is one. Where it wants a text, or anything, a text stays what it is; what
// does not fit stays for the operation to refuse.
json::object unquoted(const reflect::Shape& shape, json::object arguments);

}  // namespace stele::mcp
