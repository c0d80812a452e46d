// JSON of other programs: what PostgreSQL or the standard does not take is replaced, not refused.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "foundation/base/json.hpp"

namespace stele {

struct RepairedJson {
    json::value value;
    std::size_t replaced = 0;  // characters and numbers that became U+FFFD or null
};

// Parses to a depth of 1000. NUL and half of a surrogate pair become U+FFFD, NaN and Infinity null;
// a control character or a backslash that should have been escaped is taken as it stands. `text` is
// UTF-8. Throws Error(invalid_argument) for what is not JSON even then.
RepairedJson parse_json_repaired(std::string_view text, std::string_view what);

// U+FFFD in place of each NUL and of each byte that is no UTF-8; how many there were.
std::size_t replace_unstorable(std::string& text);

}  // namespace stele
