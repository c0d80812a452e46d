// JSON Schema (2020-12) of described structs: for MCP tools and OpenAPI 3.1, which share the
// dialect.
#pragma once

#include "foundation/base/json.hpp"
#include "foundation/base/reflect.hpp"

namespace stele::reflect {

// Self-contained: nested structs are written in place, no $ref. `closed` adds
// additionalProperties: false, which is right for inputs; outputs may grow.
json::object json_schema(const Shape& shape, bool closed);

// Of one field, with its description and its bounds; an input's (`closed`) with its default too.
json::object field_schema(const FieldInfo& field, bool closed);

}  // namespace stele::reflect
