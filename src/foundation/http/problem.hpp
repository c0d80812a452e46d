// RFC 9457: how every HTTP door says that something went wrong.
//
//   {"type":"urn:stele:error:not_found","title":"Not found","status":404,"detail":"No memory …",
//    "error":"No memory
//    …","code":"not_found","hint":"…","details":{…},"retryable":false,"requestId":"…"}
//
// error is the detail under the name that older clients read. hint and details are left out when
// empty; all text passes redact(). 503 carries Retry-After, 401 WWW-Authenticate: Bearer.
#pragma once

#include <string_view>

#include "foundation/base/error.hpp"
#include "foundation/http/message.hpp"

namespace stele::http {

// A failed operation.
Response problem(const Error& error, std::string_view request_id);

// A refusal that has no Error behind it: the request never became an operation. `type` is
// "about:blank", `title` the status' own words, `code` the nearest Code.
Response problem(int status, std::string_view detail, std::string_view request_id);

}  // namespace stele::http
