// `stele setup` from nothing, and the verbs for the server that it makes.
#include "operate/setup/setup.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "context.hpp"
#include "foundation/base/error.hpp"
#include "foundation/os/files.hpp"
#include "operate/cluster/cluster_state.hpp"
#include "operate/cluster/home.hpp"
#include "operate/cluster/local_cluster.hpp"
#include "operate/cluster/ports.hpp"
#include "support/test_database.hpp"
#include "support/throwaway_server.hpp"

namespace stele::ops {
namespace {

namespace fs = std::filesystem;
using testing::free_port;
using testing::HasSubstr;
using testing::query;
using testing::TestDatabase;
using testing::ThrowawayServer;

class Setup : public testing::Test {
  protected:
    void SetUp() override {
        char name[] = "/tmp/stele-setup.XXXXXX";
        root = ::mkdtemp(name);
        ::chmod(root.c_str(), 0755);
        old_home = std::getenv("HOME") ? std::getenv("HOME") : "";
        old_path = std::getenv("PATH");
        ::setenv("HOME", root.c_str(), 1);
        ::setenv("STELE_HOME", (root / "stele").c_str(), 1);
        ::setenv("STELE_PG_BIN", testing::server_programs().c_str(), 1);
        ::unsetenv("XDG_CONFIG_HOME");
        fs::create_directories(root / ".cursor");
    }
    void TearDown() override {
        if (local_cluster_urls()) stop_local_cluster();
        ::setenv("HOME", old_home.c_str(), 1);
        ::setenv("PATH", old_path.c_str(), 1);
        for (const char* name :
             {"STELE_HOME", "STELE_PG_BIN", "STELE_PUBLIC_BIND", "POSTGRES_PUBLIC_BIND"})
            ::unsetenv(name);
        fs::remove_all(root);
    }

    // As the program would see it: the local cluster when there is one, else libpq's defaults.
    json::value run(const std::string& name, const json::object& input = {}) {
        const auto urls = local_cluster_urls();
        return Bench(urls ? urls->app : "postgresql:///").run(name, input);
    }
    json::object local(json::object input = {}) {
        input["port"] = port;
        input["set"] = json::array{"fsync=off", "full_page_writes=off"};
        return input;
    }
    static Error refusal(const std::function<void()>& body) {
        try {
            body();
        } catch (const Error& error) {
            return error;
        }
        return {Code::internal, "nothing was refused"};
    }
    // Every file below the root that setup may write, with its text.
    std::map<std::string, std::string> files() {
        std::map<std::string, std::string> out;
        for (const auto& entry : fs::recursive_directory_iterator(root))
            if (entry.is_regular_file() &&
                entry.path().string().find("/stele/pg/") == std::string::npos &&
                entry.path().string().find("/stele/log/") == std::string::npos &&
                entry.path().string().find("/stele/run/") == std::string::npos)
                out[entry.path()] = read_file(entry.path()).value();
        return out;
    }

    const int port = free_port();
    fs::path root;
    std::string old_home, old_path;
};

TEST_F(Setup, EndsWithADatabaseAndASecondRunChangesNothing) {
    const json::value first = run("ops.setup", local({{"writeClients", true}}));
    EXPECT_EQ(first.at("healthy"), true);
    EXPECT_THAT(first.at("cluster").as_string().c_str(), HasSubstr("made and started"));
    EXPECT_THAT(first.at("migrated").as_string().c_str(), HasSubstr("from nothing to"));
    ASSERT_EQ(first.at("clients").as_array().size(), 1u);  // the one that is installed
    EXPECT_EQ(first.at("clients").at(0).at("action"), "created");
    const json::value entry =
        parse_json(read_file(root / ".cursor/mcp.json").value(), "x").at("mcpServers").at("stele");
    EXPECT_EQ(entry.at("args"), (json::value{"mcp"}));
    EXPECT_EQ(entry.at("env").at("STELE_HOME"), json::string((root / "stele").string()));

    const auto before = files();
    const json::value second = run("ops.setup", {{"writeClients", true}});
    EXPECT_THAT(second.at("cluster").as_string().c_str(), HasSubstr("was running"));
    EXPECT_EQ(second.at("clients").at(0).at("action"), "unchanged");
    EXPECT_EQ(files(), before);
    EXPECT_EQ(run("db.status", {{"writeCheck", true}}).at("healthy"), true);
    for (const auto& [file, text] : before)
        if (file.find("pgpass") == std::string::npos) {
            EXPECT_EQ(text.find(password_of(stele_home(), kApp)), std::string::npos) << file;
        }
}

TEST_F(Setup, TheVerbsOfTheLocalServer) {
    EXPECT_EQ(refusal([&] { run("db.start"); }).hint(), "`stele setup` makes one");
    run("ops.setup", local());
    EXPECT_EQ(run("db.start").at("changed"), false);
    EXPECT_EQ(run("db.stop").at("changed"), true);
    EXPECT_EQ(run("db.stop").at("changed"), false);
    EXPECT_EQ(run("db.start").at("port"), port);
    EXPECT_EQ(run("db.restart").at("running"), true);
    EXPECT_THAT(run("db.logs").at("text").as_string().c_str(),
                HasSubstr("ready to accept connections"));
    const std::string url(run("db.url").at("url").as_string());
    EXPECT_EQ(url.find(password_of(stele_home(), kApp)), std::string::npos);
    EXPECT_EQ(query(url, "SELECT current_user"), "stele_app");
    const std::string owner(
        run("db.url", {{"role", "owner"}, {"socket", true}}).at("url").as_string());
    EXPECT_EQ(query(owner, "SELECT current_user"), "stele_owner");
}

TEST_F(Setup, ALookWritesNothing) {
    const auto before = files();
    const json::value plan = run("ops.setup", {{"dryRun", true}, {"allClients", true}});
    EXPECT_THAT(plan.at("cluster").as_string().c_str(), HasSubstr("would make a cluster"));
    EXPECT_EQ(plan.at("clients").as_array().size(), 4u);
    for (const json::value& client : plan.at("clients").as_array()) {
        EXPECT_EQ(client.at("action"), "would create");
        EXPECT_THAT(client.at("diff").as_string().c_str(), HasSubstr("\"stele\": {"));
    }
    EXPECT_EQ(files(), before);
    EXPECT_FALSE(fs::exists(root / "stele"));
}

TEST_F(Setup, ClientsAreShownUnlessAskedFor) {
    const TestDatabase database(TestDatabase::Schema::none);
    const json::value shown = run("ops.setup", {{"url", database.url()}});
    EXPECT_EQ(shown.at("clients").at(0).at("action"), "would create");
    EXPECT_FALSE(fs::exists(root / ".cursor/mcp.json"));
    const json::value one =
        run("ops.setup", {{"url", database.url()}, {"client", json::array{"vscode"}}});
    ASSERT_EQ(one.at("clients").as_array().size(), 1u);
    EXPECT_TRUE(fs::exists(root / ".config/Code/User/mcp.json"));
    EXPECT_EQ(refusal([&] {
                  run("ops.setup", {{"client", json::array{"emacs"}}});
              }).code(),
              Code::invalid_argument);
}

TEST_F(Setup, AGivenServerIsUsedAsItIsAndRemembered) {
    const TestDatabase database(TestDatabase::Schema::none);
    const json::value done = run("ops.setup", {{"url", database.url()}});
    EXPECT_EQ(done.at("healthy"), true);
    EXPECT_FALSE(local_cluster_urls());
    const fs::path file = root / ".config/stele/stele.toml";
    EXPECT_THAT(read_file(file).value(), HasSubstr("url = \"" + database.url() + "\""));
    struct stat info {};
    ::stat(file.c_str(), &info);
    EXPECT_EQ(info.st_mode & 0777u, 0600u);
    EXPECT_TRUE(run("ops.setup", {{"url", database.url()}})
                    .at("notes")
                    .at(0)
                    .as_string()
                    .find("left as it is") == std::string::npos);

    std::ofstream(file) << "# mine\n";
    const json::value again = run("ops.setup", {{"url", database.url()}});
    EXPECT_EQ(read_file(file), "# mine\n");
    EXPECT_THAT(again.at("notes").at(0).as_string().c_str(), HasSubstr("left as it is"));
}

TEST_F(Setup, NothingIsWrittenForADatabaseThatDoesNotAnswer) {
    const auto before = files();
    const std::string url = "postgresql://me:hunter22@127.0.0.1:1/x";
    const Error error = refusal([&] { run("ops.setup", {{"url", url}, {"writeClients", true}}); });
    EXPECT_EQ(exit_code_of(error.code()), 3);
    EXPECT_EQ(std::string(error.what()).find("hunter22"), std::string::npos);
    EXPECT_EQ(files(), before);
}

TEST_F(Setup, ARemoteServerIsNotStartedOrStopped) {
    for (const char* url :
         {"postgresql://db.example.com/stele", "postgresql://127.0.0.1:1/stele"}) {
        Bench bench(url, url);
        for (const char* verb : {"db.start", "db.stop", "db.restart", "db.logs", "db.url"}) {
            const Error error = refusal([&] { bench.run(verb); });
            EXPECT_EQ(exit_code_of(error.code()), 4) << verb;
            EXPECT_FALSE(error.hint().empty());
        }
    }
    EXPECT_THAT(
        refusal([&] {
            Bench("postgresql://db.example.com/x", "postgresql://db.example.com/x").run("db.start");
        }).what(),
        HasSubstr("db.example.com:5432 is not a local endpoint"));
}

TEST_F(Setup, PsqlConnectsWithoutAPasswordInItsArguments) {
    run("ops.setup", local());
    const pid_t pid = ::fork();
    const fs::path out = root / "out";
    if (pid == 0) {
        (void)!std::freopen(out.c_str(), "w", stdout);
        try {
            run("db.psql", {{"command", "SELECT current_user || pg_sleep(0)::text"}});
        } catch (const std::exception& error) {
            std::fprintf(stderr, "%s\n", error.what());
        }
        ::_exit(9);
    }
    int raw = 0;
    ::waitpid(pid, &raw, 0);
    EXPECT_EQ(raw, 0);
    EXPECT_THAT(read_file(out).value(), HasSubstr("stele_owner"));
}

// ---- Docker, as a program that writes down what it was asked

class Docker : public Setup {
  protected:
    void SetUp() override {
        Setup::SetUp();
        fs::create_directories(root / "bin");
        calls = root / "calls";
    }
    // `behaviour` is shell code that sees the arguments.
    void put_docker(const std::string& behaviour) {
        const fs::path file = root / "bin/docker";
        std::ofstream(file) << "#!/bin/sh\nprintf '%s\\n' \"$*\" >>" << calls.string() << "\n"
                            << behaviour << "\n";
        ::chmod(file.c_str(), 0755);
        ::setenv("PATH", ((root / "bin").string() + ":" + old_path).c_str(), 1);
    }
    std::string compose(const std::string& words) {
        return fmt::format(
            "compose --project-name stele --file {0}/compose.yaml --env-file "
            "{0}/docker.env {1}\n",
            (root / "stele").string(), words);
    }

    fs::path calls;
};

TEST_F(Docker, IsAskedForOneServiceOfOneProject) {
    ThrowawayServer server;
    query(server.url(), "CREATE ROLE stele SUPERUSER LOGIN");
    query(server.url(), "CREATE DATABASE stele OWNER stele");
    put_docker("exit 0");
    const json::value done = run("ops.setup", {{"docker", true}, {"port", server.port()}});
    EXPECT_EQ(done.at("healthy"), true);
    EXPECT_EQ(read_file(calls), compose("up --detach --wait postgres"));
    const std::string env = read_file(root / "stele/docker.env").value();
    EXPECT_THAT(env, HasSubstr(fmt::format("STELE_PG_PORT={}\n", server.port())));
    const std::string secret = env.substr(env.find('=') + 1, 48);
    const std::string config = read_file(root / ".config/stele/stele.toml").value();
    EXPECT_EQ(config.find(secret), std::string::npos);
    EXPECT_THAT(config, HasSubstr("docker.pgpass"));
    for (const char* file : {"docker.env", "docker.pgpass"}) {
        struct stat info {};
        ::stat((root / "stele" / file).c_str(), &info);
        EXPECT_EQ(info.st_mode & 0777u, 0600u) << file;
    }
    EXPECT_EQ(read_file(root / "stele/compose.yaml"), read_file("deploy/compose.yaml"));

    run("ops.setup", {{"docker", true}, {"port", server.port()}});
    EXPECT_EQ(read_file(root / "stele/docker.env"), env);  // the volume keeps its password
}

TEST_F(Docker, ATakenDefaultPortIsRetriedAndOnlyOurServiceIsRemoved) {
    put_docker(
        "case \"$*\" in *' up '*) echo 'Bind for 127.0.0.1 failed: port is already allocated' "
        ">&2; exit 1;; esac");
    const auto before = files();
    const Error error = refusal([&] {
        run("ops.setup", {{"docker", true}, {"writeClients", true}});
    });
    EXPECT_EQ(exit_code_of(error.code()), 3);
    EXPECT_THAT(error.what(), HasSubstr("port is already allocated"));
    std::string expected;
    for (int i = 0; i < 4; ++i)
        expected += compose("up --detach --wait postgres") +
                    (i < 3 ? compose("rm --force --stop postgres") : "");
    EXPECT_EQ(read_file(calls), expected);
    EXPECT_FALSE(fs::exists(root / ".cursor/mcp.json"));
    EXPECT_FALSE(fs::exists(root / ".config/stele/stele.toml"));
    EXPECT_NE(read_file(root / "stele/docker.env").value().find("STELE_PG_PORT"),
              std::string::npos);
}

TEST_F(Docker, AnExplicitPortIsNeverReplaced) {
    put_docker("echo 'port is already allocated' >&2; exit 1");
    const Error error = refusal([&] { run("ops.setup", {{"docker", true}, {"port", 5432}}); });
    EXPECT_EQ(read_file(calls), compose("up --detach --wait postgres"));
    EXPECT_THAT(error.hint(), HasSubstr("port 5432 is in use"));
}

TEST_F(Docker, APublicAddressIsAnAdditionalFile) {
    ::setenv("STELE_PUBLIC_BIND", "10.0.0.7", 1);
    put_docker("echo 'no such daemon' >&2; exit 1");
    refusal([&] { run("ops.setup", {{"docker", true}}); });
    EXPECT_THAT(read_file(calls).value(),
                HasSubstr(fmt::format("--file {0}/compose.yaml --file {0}/compose.public.yaml",
                                      (root / "stele").string())));
}

TEST_F(Docker, EveryAddressIsNoPublicOne) {
    put_docker("exit 0");
    for (const char* variable : {"STELE_PUBLIC_BIND", "POSTGRES_PUBLIC_BIND"})
        for (const char* bind : {"0.0.0.0", "::", "*"}) {
            ::setenv(variable, bind, 1);
            const Error error = refusal([&] { run("ops.setup", {{"docker", true}}); });
            ::unsetenv(variable);
            EXPECT_EQ(exit_code_of(error.code()), 4) << variable;
            EXPECT_THAT(error.what(), HasSubstr("every address of this machine"));
            EXPECT_FALSE(fs::exists(calls));
            EXPECT_FALSE(fs::exists(root / "stele/docker.env"));
        }
}

TEST_F(Docker, ItsAbsenceIsSaid) {
    ::setenv("PATH", (root / "bin").c_str(), 1);
    const Error error = refusal([&] { run("ops.setup", {{"docker", true}}); });
    EXPECT_EQ(exit_code_of(error.code()), 3);
    EXPECT_THAT(error.what(), HasSubstr("docker cannot be started"));
    const json::value plan = run("ops.setup", {{"docker", true}, {"dryRun", true}});
    EXPECT_THAT(plan.at("cluster").as_string().c_str(),
                HasSubstr("would run: docker compose --project-name stele"));
}

// ---- the registry

TEST(Operations, AreDescribedAndOpenOnlyWhereTheyMayBe) {
    Bench bench("postgresql:///");
    EXPECT_EQ(bench.registry().get("db.status").doors, runtime::kEverywhere);
    EXPECT_EQ(bench.registry().get("ops.setup").cli_words(), "setup");
    for (const runtime::Operation& op : bench.registry().all())
        if (op.name != "db.status") {
            EXPECT_EQ(op.doors, runtime::kCli) << op.name;
        }
}

}  // namespace
}  // namespace stele::ops
