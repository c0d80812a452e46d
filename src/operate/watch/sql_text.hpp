// Other people's SQL, fit to be shown.
#pragma once

#include <string>
#include <string_view>

namespace stele::watch {

// The statement with every string literal (quoted, escaped, dollar-quoted) as '…' and comments
// taken out, on one line, at most `max_bytes`; then redacted. Numbers and names stay.
std::string shown_sql(std::string_view sql, std::size_t max_bytes = 400);

}  // namespace stele::watch
