#include <fmt/format.h>

#include "doors/mcp/tool_sets.hpp"
#include "doors/reference/markdown.hpp"
#include "doors/reference/pages.hpp"

namespace stele::reference {

namespace {

constexpr std::string_view kMcpIntroduction =
    "`stele mcp` speaks MCP over standard input and output, `stele serve` at `/mcp` over "
    "streamable HTTP. Protocol versions: 2024-11-05 to 2025-11-25. A tool's arguments and its "
    "result are the input and output of its operation: [HTTP](http.md) lists them field by "
    "field. A call that fails has `isError`.";

constexpr std::string_view kChoosing =
    "By `stele mcp --tools`, by the setting `mcp.tools`, or over HTTP by the client's own URL, "
    "`/mcp?tools=`: sets, domains (the part of an operation's name before the dot) and tools, with "
    "commas between. What is chosen stands for the default tools; `default,memory_pin` adds one to "
    "them. `all` is everything. The sets beside domains:";

std::string lines(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        out += item(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string tools(const Sources& sources, bool by_default) {
    std::string out;
    for (const runtime::Operation& op : sources.registry.all())
        if ((op.doors & runtime::kMcp) && op.default_tool == by_default)
            out += item(fmt::format("`{}` (`{}`): {}.", op.tool_name(), op.name, op.summary));
    return out;
}

}  // namespace

std::string mcp_page(const Sources& sources) {
    const mcp::Catalog& catalog = sources.catalog;
    std::string out = title("MCP", "mcp") + prose(kMcpIntroduction) + "\n\n";
    out += "## What the server tells the model\n\n" + lines(catalog.instructions) + "\n";
    out += "## Tools that are there by default\n\n" + tools(sources, true);
    out += "\n## Tools that are there when they are chosen\n\n" + prose(kChoosing) + "\n\n";
    for (const mcp::ToolSet& set : mcp::named_tool_sets())
        out += item(fmt::format("`{}`: {}.", set.name, set.about));
    out += "\n" + tools(sources, false);
    out += "\n## Resources\n\n";
    for (const mcp::Resource& resource : catalog.resources)
        out += item(fmt::format("`{}`: {}.", resource.uri, resource.description));
    for (const mcp::ResourceTemplate& pattern : catalog.templates)
        out += item(fmt::format("`{}`: {}.", pattern.uri_template, pattern.description));
    out += "\n## Prompts\n\n";
    for (const mcp::Prompt& prompt : catalog.prompts) {
        out += item(fmt::format("`{}`: {}.", prompt.name, prompt.description));
        for (const mcp::PromptArgument& argument : prompt.arguments)
            out += item(fmt::format("`{}`{}: {}", argument.name,
                                    argument.required ? " (required)" : "", argument.description),
                        2);
    }
    return out;
}

}  // namespace stele::reference
