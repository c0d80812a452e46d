#include "app/mcp_check.hpp"

#include <fmt/format.h>

#include "doors/mcp/tool_sets.hpp"

namespace stele::app {

namespace {

// The model is found and its settings are read; its weights are not loaded.
std::string embedding_of(App& app) {
    if (const embed::Embedder* embedder = app.embedder()) return embedder->info().name;
    return app.settings().embedding.kind == runtime::EmbedderKind::none
               ? "none"
               : "none: the built-in model is not installed";
}

}  // namespace

McpCheckOutput check_mcp(App& app, const runtime::Registry& registry, const std::string& tools) {
    McpCheckOutput out;
    out.file = app.config().file;
    out.notes = app.config().notes;
    out.guard = judge(app.settings(), app.settings().environment);
    out.database = app.db().pool().info().redacted_url();
    out.database_origin = app.database_origin();
    out.pool_size = app.settings().database.pool_size;
    out.embedding = embedding_of(app);
    out.tools = int(mcp::tools_of(registry, tools).size());
    out.exit_code = out.guard.exit_code;
    return out;
}

std::string render_mcp_check(const json::value& output) {
    const auto text = [&](const char* name) {
        return std::string_view(output.at(name).as_string());
    };
    std::string out = fmt::format("file: {}\n", text("file").empty() ? "none found" : text("file"));
    for (const json::value& note : output.at("notes").as_array())
        out += fmt::format("  {}\n", std::string_view(note.as_string()));
    out += fmt::format("database: {} ({}), a pool of {}\n", text("database"),
                       text("databaseOrigin"), output.at("poolSize").to_number<int>());
    out += fmt::format("embedding: {}\ntools: {}\n", text("embedding"),
                       output.at("tools").to_number<int>());
    return out + render_check(output.at("guard"));
}

}  // namespace stele::app
