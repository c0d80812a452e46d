// JSON is Boost.JSON; this header gives it its short name and the two things it lacks.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace stele {

namespace json = boost::json;

// Parses text from outside: depth ≤ 32, valid UTF-8. Throws Error(invalid_argument) that says where
// the text stops being JSON; `what` names the text ("request body").
json::value parse_json(std::string_view text, std::string_view what);

// Compact JSON. Unlike Boost's own it writes 0.5 and 3, not 5E-1 and 3E0.
std::string serialize(const json::value& value);
std::string quoted(std::string_view text);  // a JSON string literal

// Indented with two spaces, members in their order.
std::string pretty(const json::value& value);

}  // namespace stele
