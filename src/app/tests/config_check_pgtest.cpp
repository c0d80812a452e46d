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
