#include "operate/setup/clients.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "foundation/base/error.hpp"
#include "foundation/os/files.hpp"
#include "operate/setup/jsonc.hpp"

namespace stele::ops {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const McpCommand kCommand{"/opt/stele/stele", {"mcp"}, {{"STELE_HOME", "/srv/stele"}}};

class Clients : public ::testing::Test {
  protected:
    Clients() {
        char name[] = "/tmp/stele-clients.XXXXXX";
        home = ::mkdtemp(name);
        old_home = std::getenv("HOME") ? std::getenv("HOME") : "";
        ::setenv("HOME", home.c_str(), 1);
        ::unsetenv("XDG_CONFIG_HOME");
        ::unsetenv("CLAUDE_CONFIG_DIR");
    }
    ~Clients() override {
        ::setenv("HOME", old_home.c_str(), 1);
        fs::remove_all(home);
    }

    void put(const fs::path& file, const std::string& text) {
        fs::create_directories((home / file).parent_path());
        std::ofstream(home / file) << text;
    }
    json::value written(const fs::path& file) {
        return parse_jsonc(read_file(home / file).value(), "what was written");
    }
    ClientOutput configure(const std::string& name, Write write = Write::yes) {
        return configure_client(client_named(name), kCommand, write);
    }
    int files_in(const fs::path& directory) {
        return int(std::distance(fs::directory_iterator(home / directory), {}));
    }

    fs::path home;
    std::string old_home;
};

TEST_F(Clients, EachGetsItsOwnForm) {
    for (const Client& client : known_clients()) {
        EXPECT_FALSE(is_installed(client)) << client.name;
        EXPECT_EQ(configure_client(client, kCommand, Write::yes).action, "created");
        EXPECT_TRUE(is_installed(client)) << client.name;
    }
    const json::object environment{{"STELE_HOME", "/srv/stele"}};
    const json::object plain{
        {"command", "/opt/stele/stele"}, {"args", json::array{"mcp"}}, {"env", environment}};
    json::object typed = plain;
    typed["type"] = "stdio";
    EXPECT_EQ(written(".claude.json"), (json::value{{"mcpServers", {{"stele", typed}}}}));
    EXPECT_EQ(written(".cursor/mcp.json"), (json::value{{"mcpServers", {{"stele", plain}}}}));
    EXPECT_EQ(written(".config/Code/User/mcp.json"),
              (json::value{{"servers", {{"stele", typed}}}}));
    const json::object opencode{{"type", "local"},
                                {"command", json::array{"/opt/stele/stele", "mcp"}},
                                {"enabled", true},
                                {"environment", environment}};
    EXPECT_EQ(written(".config/opencode/opencode.json"),
              (json::value{{"mcp", {{"stele", opencode}}}}));
}

TEST_F(Clients, FilesOfTodayAreMergedAndKept) {
    const std::string before = R"({
  "numStartups": 34,
  "projects": {"/p": {"mcpServers": {"x": {"command": "y"}}}},
  "mcpServers": {
    "github": {"type": "stdio", "command": "gh", "args": [], "env": {"A": "b"}}
  }
}
)";
    put(".claude.json", before);
    ::chmod((home / ".claude.json").c_str(), 0600);
    const ClientOutput first = configure("claude-code");
    EXPECT_EQ(first.action, "updated");
    EXPECT_EQ(read_file(first.backup), before);
    EXPECT_THAT(first.backup, HasSubstr(".claude.json.backup-20"));
    json::value after = written(".claude.json");
    EXPECT_EQ(after.at("mcpServers").at("stele").at("command"), "/opt/stele/stele");
    after.at("mcpServers").as_object().erase("stele");
    EXPECT_EQ(after, parse_jsonc(before, "before"));
    struct stat info {};
    ::stat((home / ".claude.json").c_str(), &info);
    EXPECT_EQ(info.st_mode & 0777u, 0600u);

    const std::string text = read_file(home / ".claude.json").value();
    const ClientOutput second = configure("claude-code");
    EXPECT_EQ(second.action, "unchanged");
    EXPECT_EQ(second.backup, "");
    EXPECT_EQ(second.diff, "");
    EXPECT_EQ(read_file(home / ".claude.json"), text);
    EXPECT_EQ(files_in(""), 2);  // the file and one backup
}

TEST_F(Clients, WhatAUserAddedToOurEntryStays) {
    put(".config/opencode/opencode.jsonc", R"({
  "mcp": {
    // switched off on Mondays
    "stele": {"type": "local", "command": ["/old/stele", "mcp"], "enabled": false,
              "environment": {"STELE_AGENT_POSSE": "red"}, "timeout": 9000}
  }
})");
    EXPECT_EQ(configure("opencode").action, "updated");
    const json::value entry = written(".config/opencode/opencode.jsonc").at("mcp").at("stele");
    EXPECT_EQ(entry.at("command").at(0), "/opt/stele/stele");
    EXPECT_EQ(entry.at("enabled"), false);
    EXPECT_EQ(entry.at("timeout"), 9000);
    EXPECT_EQ(entry.at("environment"),
              (json::value{{"STELE_AGENT_POSSE", "red"}, {"STELE_HOME", "/srv/stele"}}));
    EXPECT_THAT(read_file(home / ".config/opencode/opencode.jsonc").value(),
                HasSubstr("// switched off on Mondays"));
    EXPECT_FALSE(fs::exists(home / ".config/opencode/opencode.json"));
    EXPECT_EQ(configure("opencode").action, "unchanged");
}

TEST_F(Clients, OpenCode2KeepsItsServersTogether) {
    put(".config/opencode/opencode.json", R"({"mcp": {"servers": {"a": {"type": "local"}}}})");
    configure("opencode");
    const json::value mcp = written(".config/opencode/opencode.json").at("mcp");
    EXPECT_FALSE(mcp.as_object().contains("stele"));
    EXPECT_EQ(mcp.at("servers").at("stele").at("type"), "local");
    EXPECT_FALSE(mcp.at("servers").at("stele").as_object().contains("enabled"));
}

TEST_F(Clients, ALookChangesNothing) {
    put(".cursor/mcp.json", "{}");
    const ClientOutput update = configure("cursor", Write::no);
    EXPECT_EQ(update.action, "would update");
    EXPECT_THAT(update.diff, HasSubstr("+    \"stele\": {"));
    EXPECT_EQ(read_file(home / ".cursor/mcp.json"), "{}");
    EXPECT_EQ(files_in(".cursor"), 1);
    EXPECT_EQ(configure("vscode", Write::no).action, "would create");
    EXPECT_FALSE(fs::exists(home / ".config"));
}

TEST_F(Clients, WhatIsNotUnderstoodIsLeftAlone) {
    for (const char* text : {"{ broken", "[1]", "{\"mcpServers\": []}"}) {
        put(".cursor/mcp.json", text);
        const ClientOutput out = configure("cursor");
        EXPECT_EQ(out.action, "failed") << text;
        EXPECT_THAT(out.problem, HasSubstr("mcp.json"));
        EXPECT_EQ(read_file(home / ".cursor/mcp.json"), text);
        EXPECT_EQ(files_in(".cursor"), 1);
    }
}

TEST_F(Clients, ALinkToDotfilesStaysALink) {
    put("dotfiles/mcp.json", "{}\n");
    fs::create_directories(home / ".cursor");
    fs::create_symlink(home / "dotfiles/mcp.json", home / ".cursor/mcp.json");
    EXPECT_EQ(configure("cursor").action, "updated");
    EXPECT_TRUE(fs::is_symlink(home / ".cursor/mcp.json"));
    EXPECT_THAT(read_file(home / "dotfiles/mcp.json").value(), HasSubstr("stele"));
}

TEST_F(Clients, SecretsOfOthersAreNotShown) {
    put(".cursor/mcp.json",
        R"({"mcpServers": {"a": {"env": {"TOKEN": "ghp_0123456789abcdefghijABCDEFGHIJ012345"}}}})");
    EXPECT_EQ(configure("cursor", Write::no).diff.find("ghp_0123"), std::string::npos);
}

TEST_F(Clients, UnknownNamesAreAnsweredWithASuggestion) {
    try {
        client_named("cursr");
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("did you mean \"cursor\"?"));
    }
}

TEST_F(Clients, TheCommandIsThisProgramWithItsPlaces) {
    ::setenv("STELE_HOME", "relative/place", 1);
    const McpCommand command = this_command();
    ::unsetenv("STELE_HOME");
    EXPECT_TRUE(fs::path(command.program).is_absolute());
    EXPECT_EQ(command.environment.at("STELE_HOME"), fs::absolute("relative/place"));
}

}  // namespace
}  // namespace stele::ops
