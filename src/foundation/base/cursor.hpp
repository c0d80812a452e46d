// A place in a list that is ordered by time and id, as callers carry it from page to page.
#pragma once

#include <optional>
#include <string>

#include "foundation/base/clock.hpp"
#include "foundation/base/uuid.hpp"

namespace stele {

struct Cursor {
    std::optional<Timestamp> time;  // both or neither
    std::optional<Uuid> id;
};

// "<microseconds>.<uuid>", opaque to callers.
std::string cursor_at(Timestamp time, const std::string& id);
// Nothing is the beginning. Throws Error(invalid_argument) for what no list gave.
Cursor parse_cursor(const std::optional<std::string>& text);

}  // namespace stele
