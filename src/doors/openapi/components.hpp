// What operations of the document share: who calls, and how an error is said.
#pragma once

#include "foundation/base/json.hpp"
#include "runtime/operation.hpp"

namespace stele::openapi {

// components.parameters: the headers that any request may carry, and those of some.
json::object parameters();
// The references to them that belong to an operation; `stream` for a route of server-sent events.
json::array header_references(const runtime::Operation& op, bool stream);

// components.securitySchemes, and which of them open an operation, with the scopes it needs.
json::object security_schemes();
json::array security_of(const runtime::Operation& op);
// The same in words: "Needs the scopes `memory:read` and `chat:read`."
std::string scopes_in_words(const runtime::Operation& op);

// components.schemas.Problem (RFC 9457), and components.responses of it: Refused for 4XX, Failed
// for 5XX, with examples.
json::object problem_schema();
json::object problem_responses();

}  // namespace stele::openapi
