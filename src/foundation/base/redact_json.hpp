// Redaction (foundation/base/redact.hpp) of JSON. Redacting JSON as text could swallow an
// escape and leave something that is JSON no more; here each string is redacted before it is
// written.
#pragma once

#include "foundation/base/json.hpp"
#include "foundation/base/redact.hpp"

namespace stele {

// Every string of the value, redacted; the value of a member whose name says that it is a secret
// ("password": "x") too. Binary content (base64 beside a mimeType) is left alone.
json::value redacted(json::value value);
json::object redacted(json::object object);

// The same where the value stands. True when something was hidden.
bool redact_in_place(json::value& value);

// The compact text of a redacted value. Nearly all values hold nothing that looks like a secret:
// those are written once and looked through once.
std::string serialize_redacted(const json::value& value);

}  // namespace stele
