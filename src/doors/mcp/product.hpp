// What Stele itself offers over MCP: the operations of the registry as tools, a few of them as
// resources and prompts.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "doors/mcp/call.hpp"
#include "doors/mcp/catalog.hpp"
#include "runtime/dispatcher.hpp"

namespace stele::mcp {

struct ProductOptions {
    std::string version;  // of this program
    // The context of one call. Deadline, cancellation, progress and request id are set by us
    // afterwards.
    std::function<runtime::Context(const CallInfo&)> context;
};

// Every tool that there is; a session chooses (tool_sets.hpp). Registry and dispatcher must outlive
// the catalog and the registry not grow any more.
std::shared_ptr<const Catalog> product_catalog(const runtime::Registry& registry,
                                               runtime::Dispatcher& dispatcher,
                                               ProductOptions options);

}  // namespace stele::mcp
