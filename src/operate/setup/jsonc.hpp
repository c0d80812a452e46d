// Editing people's JSON files: comments, trailing commas, order and indentation of what is not ours
// stay as they are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/json.hpp"

namespace stele::ops {

// JSON with comments and trailing commas. Throws Error(invalid_argument) that says where it stops
// being that; `what` names the text.
json::value parse_jsonc(std::string_view text, std::string_view what);

// The text with the member at `path` (names of nested objects, then the member) set to `value`.
// Objects on the way are made when they are missing. The same text comes back when the member
// already has that value. Empty text is an empty object. Throws Error(invalid_argument) when the
// text is not JSON, or something on the way is not an object.
std::string with_member(std::string_view text, const std::vector<std::string>& path,
                        const json::value& value, std::string_view what);

// The lines that differ: "-old" and "+new", with where they stand.
std::string line_diff(std::string_view before, std::string_view after);

}  // namespace stele::ops
