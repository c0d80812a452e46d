// The OpenAPI 3.1 document of every operation, and a readable page of it.
#pragma once

#include <string>

#include "runtime/operation.hpp"

namespace stele::openapi {

json::object document(const runtime::Registry& registry, const std::string& version);

// One self-contained HTML page: no script, nothing fetched from elsewhere.
std::string docs_page(const runtime::Registry& registry, const std::string& version);

}  // namespace stele::openapi
