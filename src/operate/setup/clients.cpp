#include "operate/setup/clients.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "foundation/base/clock.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/base/suggest.hpp"
#include "foundation/os/files.hpp"
#include "operate/cluster/home.hpp"
#include "operate/setup/jsonc.hpp"

namespace stele::ops {

namespace {

namespace fs = std::filesystem;

json::object environment_of(const McpCommand& command) {
    json::object out;
    for (const auto& [name, value] : command.environment) out[name] = value;
    return out;
}

// {command, args, env}: Claude Code, Cursor and VS Code.
json::object common_entry(const McpCommand& command, bool typed) {
    json::object out;
    if (typed) out["type"] = "stdio";
    out["command"] = command.program;
    out["args"] = json::array(command.arguments.begin(), command.arguments.end());
    out["env"] = environment_of(command);
    return out;
}

// OpenCode: {type: local, command: [program, arguments…], environment}.
json::object opencode_entry(const McpCommand& command, bool enabled_field) {
    json::array words{json::value(command.program)};
    for (const std::string& argument : command.arguments) words.emplace_back(argument);
    json::object out{{"type", "local"}, {"command", std::move(words)}};
    if (enabled_field) out["enabled"] = true;
    out["environment"] = environment_of(command);
    return out;
}

const json::object* object_at(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value ? value->if_object() : nullptr;
}

// Where our entry goes and what it is, for this client and the file as it is now.
struct Entry {
    std::vector<std::string> path;
    json::object value;
};
Entry entry_for(const Client& client, const McpCommand& command, const json::object& file) {
    const std::string name(kEntryName);
    if (client.name == "vscode") return {{"servers", name}, common_entry(command, true)};
    if (client.name == "cursor") return {{"mcpServers", name}, common_entry(command, false)};
    if (client.name == "claude-code") return {{"mcpServers", name}, common_entry(command, true)};
    // OpenCode 2 knows mcp.servers.<name>, and reads OpenCode 1's mcp.<name> too.
    const json::object* mcp = object_at(file, "mcp");
    const json::object* servers = mcp ? object_at(*mcp, "servers") : nullptr;
    if (servers && !servers->contains("type"))
        return {{"mcp", "servers", name}, opencode_entry(command, false)};
    return {{"mcp", name}, opencode_entry(command, true)};
}

// What a user added to an earlier entry of ours stays; variables of ours win.
json::object merged_with(const json::object* old, json::object ours) {
    if (!old) return ours;
    json::object out = *old;
    for (const auto& [name, value] : ours) {
        const json::object* inner = object_at(out, name);
        if (name == "enabled" && out.contains(name))
            continue;  // switched off by the user: it stays
        if (inner && value.is_object()) {
            json::object both = *inner;
            for (const auto& [key, text] : value.get_object()) both[key] = text;
            out[name] = std::move(both);
        } else {
            out[name] = value;
        }
    }
    return out;
}

const json::object* at_path(const json::object& file, const std::vector<std::string>& path) {
    const json::object* object = &file;
    for (const std::string& name : path) {
        object = object_at(*object, name);
        if (!object) return nullptr;
    }
    return object;
}

fs::path file_of(const Client& client) {
    for (const fs::path& file : client.files)
        if (fs::exists(file))
            return fs::canonical(file);  // a link to somebody's dotfiles stays one
    return client.files.front();
}

std::string time_stamp() {
    std::string out = to_rfc3339(now()).substr(0, 19);  // 2026-11-20T08:15:30
    std::erase_if(out, [](char c) { return c == '-' || c == ':'; });
    return out + "Z";
}

fs::path backup_of(const fs::path& file) {
    const std::string base = fmt::format("{}.backup-{}", file.string(), time_stamp());
    fs::path out = base;
    for (int n = 2; fs::exists(out); ++n) out = fmt::format("{}-{}", base, n);
    return out;
}

mode_t mode_of(const fs::path& file) {
    struct stat info {};
    return ::stat(file.c_str(), &info) == 0 ? info.st_mode & 0777 : 0600;
}

}  // namespace

McpCommand this_command() {
    McpCommand command;
    command.program = fs::read_symlink("/proc/self/exe");
    for (const char* name : {"STELE_HOME", "STELE_PREFIX", "STELE_PG_BIN", "STELE_CONFIG"})
        if (const char* value = std::getenv(name); value && *value)
            command.environment[name] = fs::absolute(value);
    return command;
}

std::vector<Client> known_clients() {
    const fs::path home = user_home(), config = config_home();
    const char* claude = std::getenv("CLAUDE_CONFIG_DIR");
    const fs::path claude_home = claude && *claude ? fs::path(claude) : home;
    return {
        {"opencode",
         config / "opencode",
         {config / "opencode/opencode.json", config / "opencode/opencode.jsonc"}},
        {"claude-code",
         claude && *claude ? claude_home : home / ".claude",
         {claude_home / ".claude.json"}},
        {"cursor", home / ".cursor", {home / ".cursor/mcp.json"}},
        {"vscode", config / "Code", {config / "Code/User/mcp.json"}},
    };
}

Client client_named(const std::string& name) {
    std::vector<std::string_view> names;
    const std::vector<Client> clients = known_clients();
    for (const Client& client : clients) {
        if (client.name == name) return client;
        names.push_back(client.name);
    }
    throw Error(
        Code::invalid_argument,
        fmt::format("client: \"{}\" is not one that is known{}", name, did_you_mean(name, names)),
        "opencode, claude-code, cursor or vscode; any other MCP client: run `stele mcp`");
}

bool is_installed(const Client& client) {
    return fs::exists(client.marker) ||
           std::ranges::any_of(client.files, [](const fs::path& file) { return fs::exists(file); });
}

ClientOutput configure_client(const Client& client, const McpCommand& command, Write write) {
    ClientOutput out{.client = client.name, .path = client.files.front()};
    try {
        const fs::path file = file_of(client);
        out.path = file;
        const auto before = read_file(file);
        const std::string text = before.value_or("");
        const bool blank = text.find_first_not_of(" \t\r\n") == std::string::npos;
        const json::value parsed = blank ? json::object() : parse_jsonc(text, file.string());
        if (!parsed.is_object())
            throw Error(Code::invalid_argument, file.string() + " is not a JSON object");
        Entry entry = entry_for(client, command, parsed.get_object());
        const json::object* old = at_path(parsed.get_object(), entry.path);
        const std::string after =
            with_member(text, entry.path, merged_with(old, std::move(entry.value)), file.string());
        out.diff = redact(line_diff(text, after));
        if (after == text) {
            out.action = "unchanged";
        } else if (write == Write::no) {
            out.action = before ? "would update" : "would create";
        } else {
            if (before) {
                out.backup = backup_of(file);
                write_file(out.backup, text, mode_of(file));
            }
            write_file(file, after, mode_of(file));
            out.action = before ? "updated" : "created";
        }
    } catch (const Error& error) {
        out.action = "failed";
        out.problem = redact(error.what());
    }
    return out;
}

}  // namespace stele::ops
