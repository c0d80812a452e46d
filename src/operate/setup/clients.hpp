// The configuration files of MCP clients: an entry that runs `stele mcp`, merged into what is
// there.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "operate/cluster/types.hpp"

namespace stele::ops {

struct McpCommand {
    std::string program;  // absolute
    std::vector<std::string> arguments = {"mcp"};
    std::map<std::string, std::string> environment;  // what a session needs after a reboot
};
// This program, and the variables that say where its data is, as far as they are set.
McpCommand this_command();

inline constexpr std::string_view kEntryName = "stele";

struct Client {
    std::string name;                          // "claude-code"
    std::filesystem::path marker;              // is there when the client is installed
    std::vector<std::filesystem::path> files;  // the first that is there, else the first
};
std::vector<Client> known_clients();
// Throws Error(invalid_argument) with a suggestion.
Client client_named(const std::string& name);
bool is_installed(const Client& client);

enum class Write { no, yes };

// Merges our entry into the client's file: fields of an older entry of ours that we do not set
// stay, everything else in the file stays as it is. With Write::yes the old file is kept beside it
// as <path>.backup-<time>; a file that already says it is not touched. What cannot be understood is
// left alone and reported in `problem`.
ClientOutput configure_client(const Client& client, const McpCommand& command, Write write);

}  // namespace stele::ops
