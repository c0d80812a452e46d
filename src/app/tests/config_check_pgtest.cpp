// The guard as users meet it: the built program, before it connects.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "foundation/os/process.hpp"
#include "support/test_database.hpp"

namespace stele::app {
namespace {

using testing::HasSubstr;

struct ConfigCheck : testing::Test {
    std::filesystem::path root = [] {
        char name[] = "/tmp/stele-guard.XXXXXX";
        return std::filesystem::path(::mkdtemp(name));
    }();
    ~ConfigCheck() override { std::filesystem::remove_all(root); }

    ops::ProcessResult stele(std::vector<std::string> args,
                             std::map<std::string, std::string> environment = {}) const {
        args.insert(args.begin(), std::getenv("STELE_BINARY"));
        ops::Command command{.argv = std::move(args)};
        environment.insert({{"STELE_HOME", (root / "home").string()},
                            {"XDG_CONFIG_HOME", root.string()},
                            {"STELE_EMBEDDING", "none"}});
        command.environment = std::move(environment);
        command.directory = root;
        return ops::run(command, deadline_in(std::chrono::minutes(1)));
    }
};

TEST_F(ConfigCheck, RefusesInProductionBeforeItConnects) {
    // Nobody listens there: a connection would be exit code 3.
    const std::map<std::string, std::string> unsafe{
        {"STELE_ENV", "production"},
        {"STELE_DATABASE_URL", "postgresql://stele:stele@127.0.0.1:1/x"}};
    for (const std::vector<std::string>& verb : std::initializer_list<std::vector<std::string>>{
             {"serve"}, {"mcp"}, {"db", "status"}, {"db", "migrate"}, {"memory", "search", "x"}}) {
        const ops::ProcessResult outcome = stele(verb, unsafe);
        EXPECT_EQ(outcome.status, 4) << verb[0] << outcome.output;
        EXPECT_THAT(outcome.output, HasSubstr("environment is production"));
    }
    EXPECT_EQ(stele({"config", "print"}, unsafe).status, 0);
    EXPECT_EQ(stele({"config", "check"}, unsafe).status, 4);
    auto development = unsafe;
    development["STELE_ENV"] = "development";
    EXPECT_EQ(stele({"db", "status"}, development).status, 3);
    const ops::ProcessResult warned = stele({"config", "check"}, development);
    EXPECT_EQ(warned.status, 0);
    EXPECT_THAT(warned.output, HasSubstr("warning: database.url: the password is the user's name"));
    EXPECT_EQ(stele({"config", "check", "--environment", "production"}, development).status, 4);
}

TEST_F(ConfigCheck, McpSaysWhetherItCouldServe) {
    std::ofstream(root / "vestige.toml")
        << "[storage]\nbackend = \"postgres\"\n[storage.postgres]\n"
           "url = \"postgresql://vestige:CHANGE_ME@127.0.0.1:1/vestige\"\nmax_connections = 10\n"
           "[storage.postgres.fts]\nlanguage = \"english\"\n";
    std::ofstream(root / "sqlite.toml") << "[storage]\nbackend = \"sqlite\"\n";
    std::ofstream(root / "port.toml") << "[database]\nurl = \"postgresql://a@db:99999/x\"\n";
    const auto check = [&](const std::string& file, std::map<std::string, std::string> more = {},
                           std::vector<std::string> args = {"mcp", "--check-config"}) {
        args.insert(args.end(), {"--config", file});
        return stele(args, std::move(more));
    };
    // Nobody listens there: it connects to nothing.
    const ops::ProcessResult whole = check("vestige.toml");
    EXPECT_EQ(whole.status, 0) << whole.output;
    for (const char* line :
         {"file: vestige.toml\n", "storage.postgres.fts.language: words are analysed here",
          "database: postgresql://vestige@127.0.0.1:1/vestige (configuration), a pool of 10\n",
          "embedding: none\n", "warning: database.url: the password is a well-known one"})
        EXPECT_THAT(whole.output, HasSubstr(line));
    EXPECT_EQ(whole.output.find("CHANGE_ME"), std::string::npos);
    EXPECT_EQ(check("vestige.toml", {{"APP_ENV", "production"}}).status, 4);
    EXPECT_EQ(check("sqlite.toml").status, 2);
    EXPECT_EQ(check("port.toml").status, 2);
    EXPECT_EQ(check("nowhere.toml").status, 2);
    EXPECT_EQ(check("vestige.toml", {{"STELE_AGENT_SCOPE", "here"}}).status, 2);
    EXPECT_EQ(
        check("vestige.toml", {}, {"mcp", "--check-config", "--tools", "no_such_tool"}).status, 2);
}

TEST_F(ConfigCheck, JudgesAFileInPlaceOfTheShellsEnvironment) {
    std::ofstream(root / "good.env") << "export STELE_ENV=production\n"
                                        "STELE_DATABASE_URL='postgresql://a:9mQ2vT7w@db/x'\n";
    std::ofstream(root / "bad.env")
        << "STELE_ENV=production\nDATABASE_URL=postgresql://a@localhost/x\n";
    const std::map<std::string, std::string> shell{
        {"STELE_DATABASE_URL", "postgresql://stele:stele@db/x"}};
    const ops::ProcessResult good = stele({"config", "check", "--file", "good.env"}, shell);
    EXPECT_EQ(good.status, 0) << good.output;
    EXPECT_THAT(good.output, HasSubstr("nothing is unsafe for production"));
    const ops::ProcessResult bad = stele({"config", "check", "--file", "bad.env"}, shell);
    EXPECT_EQ(bad.status, 4) << bad.output;
    EXPECT_THAT(bad.output, HasSubstr("the database is on this machine (localhost)"));
    EXPECT_EQ(stele({"config", "check", "--file", "none.env"}).status, 2);
}

}  // namespace
}  // namespace stele::app
