// Reading answers that are JSON: what is shown on a terminal, and what a server said.
#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"

namespace stele {

// A member that is a text; "" when there is none.
inline std::string text_of(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace stele
