// Reading answers that are JSON: what is shown on a terminal, and what a server said.
#pragma once

#include <string>
#include <string_view>

#include "foundation/base/error.hpp"
#include "foundation/base/json.hpp"

namespace stele {

// Parses JSON that was checked when it was stored, or an answer that holds such: to a depth of
// 1000, far beyond what Stele takes from callers (limits::kJsonDepth) but not beyond the stack.
// Throws Error(invalid_argument).
json::value parse_stored_json(std::string_view text, std::string_view what);

// A member that is a text; "" when there is none.
inline std::string text_of(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

// A body that should be a JSON object; empty for anything else: some proxy's page.
inline json::object object_of(const std::string& body) {
    try {
        json::value value = parse_stored_json(body, "answer");
        if (value.is_object()) return std::move(value.get_object());
    } catch (const Error&) {
        // Not JSON.
    }
    return {};
}

}  // namespace stele
