#include "doors/mcp/tool_sets.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"

namespace stele::mcp {

namespace {

constexpr ToolSet kSets[] = {
    {"memory", "Memories, and one question over memories and conversations", "memory,recall"},
    {"jobs", "Jobs, queues and schedules", "job"},
    {"mesh", "Other instances, and what they are given to do", "mesh,posse,delegation"},
    {"randal", "What Randal's agents know, under its names",
     "memory_search,memory_store,memory_recent,chat_search,chat_thread,chat_recent,chat_log,"
     "chat_pending,chat_resolve,struggle_check,context_check,annotate,reliability_scores,"
     "recommendations,get_feedback,posse_members,delegate_task,posse_memory_search,job_info,"
     "channel_list,channel_send,emit_event,schedule_info,schedule_cron,wake_heartbeat,graph_trace,"
     "graph_related,graph_link,graph_explain,job_timeline,job_events,job_checkpoints,"
     "job_artifacts,job_list,job_get,mesh_status,mesh_route"}};

bool is_tool(const runtime::Operation& operation) {
    return (operation.doors & runtime::kMcp) != 0;
}

// Every tool that fits; whether there was one.
template <class Fits>
bool add_if(const runtime::Registry& registry, ToolNames& out, Fits fits) {
    bool found = false;
    for (const runtime::Operation& operation : registry.all()) {
        if (!is_tool(operation) || !fits(operation)) continue;
        out.insert(operation.tool_name());
        found = true;
    }
    return found;
}

bool add_domain(const runtime::Registry& registry, std::string_view name, ToolNames& out) {
    return add_if(registry, out, [&](const auto& operation) { return operation.domain() == name; });
}

void add_tool(const runtime::Registry& registry, std::string_view name, ToolNames& out) {
    const runtime::Operation& operation = [&]() -> const runtime::Operation& {
        try {
            return registry.get(name);
        } catch (const Error& error) {
            throw Error(Code::configuration, fmt::format("tools: {}", error.message()),
                        "name tools, operations, domains or sets (default, all, memory, jobs, "
                        "mesh, randal) with commas between");
        }
    }();
    if (!is_tool(operation))
        throw Error(Code::configuration,
                    fmt::format("tools: {} is not to be had over MCP", operation.name));
    out.insert(operation.tool_name());
}

void add(const runtime::Registry& registry, std::string_view name, ToolNames& out) {
    if (name == "all") {
        add_if(registry, out, [](const auto&) { return true; });
        return;
    }
    if (name == "default") {
        add_if(registry, out, [](const auto& operation) { return operation.default_tool; });
        return;
    }
    const auto* const set = std::ranges::find(kSets, name, &ToolSet::name);
    if (set == std::end(kSets)) {
        if (!add_domain(registry, name, out)) add_tool(registry, name, out);
        return;
    }
    for (const std::string_view member : comma_list(set->members))
        if (!add_domain(registry, member, out)) add_tool(registry, member, out);
}

}  // namespace

std::span<const ToolSet> named_tool_sets() {
    return kSets;
}

ToolNames tools_of(const runtime::Registry& registry, std::string_view names) {
    ToolNames out;
    for (const std::string_view name : comma_list(trim(names).empty() ? "default" : names))
        add(registry, name, out);
    return out;
}

}  // namespace stele::mcp
