// Which web pages may speak to us. A browser sends the Origin of the page with every POST; a page
// that reaches a loopback server by DNS rebinding still names its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stele::mcp {

// "http://localhost:5173", "https://127.0.0.1", "http://[::1]:80": any scheme that has a host, and
// any port.
bool is_loopback_origin(std::string_view origin);

// "https://app.example, https://other.example:8443" → its parts, in lower case, without a final
// slash.
std::vector<std::string> parse_origins(std::string_view comma_separated);

// Loopback, or one of the allowed ones exactly (scheme, host and port).
bool may_call(std::string_view origin, const std::vector<std::string>& allowed);

}  // namespace stele::mcp
