// Operations that answer with Stele's own report about itself: status, settings, dumps, findings.
#pragma once

#include "api/operation.hpp"

namespace stele::api {

// Secrets in such an answer are redacted. What callers stored passes every door as it is, so
// nothing that answers with stored data may be one of these.
Operation diagnostic(Operation op);

}  // namespace stele::api
