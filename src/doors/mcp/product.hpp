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
    // Tools beside the default set: "" none, "all" every one, else names with commas between, as
    // tools ("chat_search") or operations ("chat.search") have them.
    std::string tools;
    // The context of one call. Deadline, cancellation, progress and request id are set by us
    // afterwards.
    std::function<runtime::Context(const CallInfo&)> context;
};

// Registry and dispatcher must outlive the catalog and the registry not grow any more. Throws
// Error(configuration) for a tool that does not exist or is not to be had over MCP.
std::shared_ptr<const Catalog> product_catalog(const runtime::Registry& registry,
                                               runtime::Dispatcher& dispatcher,
                                               ProductOptions options);

}  // namespace stele::mcp
