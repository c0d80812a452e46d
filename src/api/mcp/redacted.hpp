// The redaction choke point (base/redact.hpp) for JSON: what tools, resources and prompts return.
#pragma once

#include "base/json.hpp"
#include "base/redact.hpp"

namespace stele::mcp {

// Every string of the value, redacted; the value of a member whose name says that it is a secret
// ("password": "x") too. Binary content (base64 beside a mimeType) is left alone.
json::value redacted(json::value value);
json::object redacted(json::object object);

}  // namespace stele::mcp
