// Moving keys of a file's settings from one place to another. A key is "section.name", of any
// depth.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/json.hpp"

namespace stele::compat {

// Takes a value out, and the sections that it leaves empty.
std::optional<json::value> take(json::object& settings, std::string_view key);

// Puts a value in. Throws Error(configuration) naming both keys when there is one already.
void put(json::object& settings, std::string_view key, json::value value, std::string_view from);

// take() from one place and put() at the other, as far as there is something.
void move(json::object& settings, std::string_view from, std::string_view to);

// Takes a value out that means nothing here, and says so.
void leave_out(json::object& settings, std::string_view key, std::string_view why,
               std::vector<std::string>& notes);

// The text of a value that must be one. Throws Error(configuration).
std::string text_of(const json::value& value, std::string_view key);

}  // namespace stele::compat
