// `stele mcp --check-config`: would this configuration serve?
#pragma once

#include <string>

#include "app/config_check.hpp"
#include "runtime/dispatcher.hpp"

namespace stele::app {

struct McpCheckOutput {
    int exit_code = 0;
    std::string file;
    std::vector<std::string> notes;
    std::string database;
    std::string database_origin;
    int pool_size = 0;
    std::string embedding;
    int tools = 0;
    CheckOutput guard;
    template <class S = McpCheckOutput>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("exitCode", &S::exit_code, "0, or 4: Stele would refuse to start"),
            field("file", &S::file, "The settings file in use, or empty"),
            field("notes", &S::notes, "Keys of it that are accepted and mean nothing here"),
            field("database", &S::database, "Where the database is, without its password"),
            field("databaseOrigin", &S::database_origin, "What named it"),
            field("poolSize", &S::pool_size, "Connections kept open at most"),
            field("embedding", &S::embedding, "The model of the vectors, or why there is none"),
            field("tools", &S::tools, "How many tools a client would be offered"),
            field("guard", &S::guard, "What production refuses of it"));
    }
};

// Reads everything that `stele mcp` reads before it serves, and connects to nothing. Throws
// Error(configuration) for what cannot be served with.
McpCheckOutput check_mcp(App& app, const runtime::Registry& registry, const std::string& tools);
std::string render_mcp_check(const json::value& output);

}  // namespace stele::app
