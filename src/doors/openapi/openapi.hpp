// The OpenAPI 3.1 document of every operation, and a readable page of it.
#pragma once

#include <string>

#include "runtime/operation.hpp"

namespace stele::openapi {

json::object document(const runtime::Registry& registry, const std::string& version);

// One self-contained page: nothing is fetched from elsewhere, and without its script it is a plain
// list.
struct DocsPage {
    std::string html;
    std::string policy;  // its Content-Security-Policy: this script and this style, this server
};
DocsPage docs_page(const runtime::Registry& registry, const std::string& version);

}  // namespace stele::openapi
