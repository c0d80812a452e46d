// Every example of every operation that is not the agents' (registry_pgtest.cpp has those), run as
// help shows it: by a shell, one after the other, in an empty home.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "app/app.hpp"
#include "app/commands.hpp"
#include "app/modules.hpp"
#include "app/tests/agents.hpp"
#include "foundation/base/error.hpp"
#include "foundation/os/process.hpp"
#include "support/test_database.hpp"

namespace stele::app {
namespace {

namespace fs = std::filesystem;

class EmptyHome {
  public:
    EmptyHome() {
        char name[] = "/tmp/stele-examples.XXXXXX";
        root_ = ::mkdtemp(name);
        ::chmod(root_.c_str(), 0755);
        fs::create_directory_symlink(fs::path(std::getenv("STELE_BINARY")).parent_path(),
                                     root_ / "bin");
    }
    ~EmptyHome() {
        shell("stele db stop");
        fs::remove_all(root_);
    }

    ops::ProcessResult shell(const std::string& line) const {
        ops::Command command{.argv = {"/bin/sh", "-c", line}};
        command.environment = {{"HOME", root_.string()},
                               {"XDG_CONFIG_HOME", (root_ / "config").string()},
                               {"XDG_DATA_HOME", (root_ / "data").string()},
                               {"STELE_HOME", (root_ / "stele").string()},
                               {"STELE_PG_BIN", testing::server_programs().string()},
                               {"STELE_EMBEDDING_KIND", "none"},
                               {"STELE_SERVER_PORT", "0"},
                               {"STELE_TARGET_URL", other_.url()},
                               {"PATH", (root_ / "bin").string() + ":" + std::getenv("PATH")}};
        command.directory = root_;
        return ops::run(command, deadline_in(std::chrono::minutes(2)));
    }

  private:
    fs::path root_;
    const testing::TestDatabase other_{testing::TestDatabase::Schema::none};  // where copies go
};

// A server to try, stopped when the shell ends; the settings then name its port.
constexpr const char* kWithServer = R"sh(stele serve 2>serve.log & server=$!
trap 'kill $server; wait $server' EXIT
until grep -q 'listening on' serve.log; do kill -0 $server || exit 1; sleep 0.05; done
until curl -fs "$(sed -n 's/.*listening on \(http[^ ]*\).*/\1/p' serve.log)/readyz" >/dev/null
do kill -0 $server || exit 1; sleep 0.05; done
export STELE_SERVER_PORT="$(sed -n 's/.*listening on http:[^ ]*:\([0-9]*\) .*/\1/p' serve.log)"
)sh";

TEST(Examples, RunInAShellAsHelpShowsThem) {
    runtime::Metrics metrics;
    runtime::Registry registry;
    runtime::Dispatcher dispatcher;
    register_operations(registry, dispatcher);
    register_commands(registry, dispatcher, metrics,
                      []() -> App& { throw Error(Code::internal, "no app"); });
    const EmptyHome home;
    for (const runtime::Operation& op : registry.all()) {
        if (is_agents(op.domain())) continue;
        for (const runtime::Example& example : op.examples) {
            std::string line = runtime::command_line(op, example.input);
            // What serves until it is told to stop is told so.
            if (op.name == "server.serve")
                line = "timeout --foreground --preserve-status -s TERM 2 " + line;
            if (op.name == "ops.smoke") line = kWithServer + line;
            const ops::ProcessResult outcome = home.shell(line);
            EXPECT_EQ(outcome.status, 0)
                << line << "\n"
                << outcome.output << "\nAn example that needs rows: name its domain, "
                << op.domain() << ", in src/app/tests/agents.hpp";
        }
    }
}

}  // namespace
}  // namespace stele::app
