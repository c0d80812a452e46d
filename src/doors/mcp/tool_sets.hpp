// Which tools a client is offered: a list of all of them costs a model's context more than most
// conversations are worth, and some clients pass on the first 40 alone.
#pragma once

#include <span>
#include <string_view>

#include "doors/mcp/catalog.hpp"
#include "runtime/operation.hpp"

namespace stele::mcp {

// A name for several tools. Beside these, "all" and each domain ("chat") are sets, too.
struct ToolSet {
    std::string_view name;
    std::string_view about;
    std::string_view members;  // domains and tools, with commas between
};
std::span<const ToolSet> named_tool_sets();

// The tools that `names` means: sets, tools ("chat_search") or operations ("chat.search"), with
// commas between. What is not named is not offered; "": the default set. Throws
// Error(configuration) for what does not exist or is not to be had over MCP.
ToolNames tools_of(const runtime::Registry& registry, std::string_view names);

}  // namespace stele::mcp
