// A home of the test's own in which local clusters are made and broken.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/os/files.hpp"
#include "foundation/os/process.hpp"
#include "operate/cluster/cluster_state.hpp"
#include "operate/cluster/local_cluster.hpp"
#include "support/test_server.hpp"
#include "support/throwaway_server.hpp"

namespace stele::ops {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::free_port;
using testing::HasSubstr;
using testing::query;

// Something else that listens on a port, as another PostgreSQL would.
class Listener {
  public:
    explicit Listener(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const int yes = 1;
        ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(std::uint16_t(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        // When it is taken already, the port is as busy as this test wants it.
        (void)!::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::listen(fd_, 1);
    }
    ~Listener() { ::close(fd_); }

  private:
    int fd_;
};

// A home with a stopped cluster, made once: most tests begin with a copy of it.
class MadeHome {
  public:
    static const fs::path& path() {
        static const MadeHome made;
        return made.root_;
    }
    ~MadeHome() { fs::remove_all(root_); }

  private:
    MadeHome() {
        char name[] = "/tmp/stele-made.XXXXXX";
        root_ = ::mkdtemp(name);
        ::chmod(root_.c_str(), 0755);
        ::setenv("STELE_HOME", (root_ / "home").c_str(), 1);
        ensure_local_cluster({.settings = {{"fsync", "off"}, {"full_page_writes", "off"}}});
        stop_local_cluster();
    }
    fs::path root_;
};

class LocalCluster : public testing::Test {
  protected:
    void SetUp() override {
        char name[] = "/tmp/stele-home.XXXXXX";
        root = ::mkdtemp(name);
        ::chmod(root.c_str(), 0755);
        use_home(root / "home");
        ::setenv("STELE_PG_BIN", testing::server_programs().c_str(), 1);
    }
    void TearDown() override {
        use_home(root / "home");
        if (read_state(home) && fs::exists(home.passwords())) stop_local_cluster();
        if (const pid_t left = postmaster()) ::kill(left, SIGQUIT);
        ::unsetenv("STELE_HOME");
        ::unsetenv("STELE_PG_BIN");
        fs::remove_all(root);
    }
    void use_home(const fs::path& path) {
        ::setenv("STELE_HOME", path.c_str(), 1);
        home = stele_home();
    }

    // Nothing here outlives a crash of the machine, so nothing waits for the disk.
    ClusterOutcome ensure(SetupCluster wanted = {.port = free_port()}) {
        wanted.settings.insert({{"fsync", "off"}, {"full_page_writes", "off"}});
        return ensure_local_cluster(wanted);
    }
    // A running cluster that an earlier setup has made.
    ClusterOutcome given() {
        const fs::path made = MadeHome::path() / "home";
        use_home(root / "home");
        const ProcessResult copied =
            run({.argv = {"cp", "-a", made, home.root}}, deadline_in(1min));
        EXPECT_EQ(copied.status, 0) << copied.output;
        ClusterState state = *read_state(home);
        state.port = free_port();
        write_state(home, state);
        return start_local_cluster(30s);
    }
    std::string app(const std::string& sql) { return query(local_cluster_urls()->app, sql); }
    std::string admin(const std::string& sql) { return query(local_cluster_urls()->admin, sql); }
    std::string state_text() { return read_file(home.state()).value_or(""); }

    // The server's process, while it is one of this home's.
    pid_t postmaster() {
        for (const auto& entry : fs::directory_iterator("/proc")) {
            std::error_code error;
            const auto cwd = fs::read_symlink(entry.path() / "cwd", error);
            if (error || !cwd.string().starts_with(home.clusters().string())) continue;
            const auto file = read_file(cwd / "postmaster.pid").value_or("0");
            return pid_t(std::atoi(file.c_str()));
        }
        return 0;
    }
    void kill_server() {
        const pid_t pid = postmaster();
        ASSERT_GT(pid, 1);
        ::kill(pid, SIGKILL);
        const auto limit = deadline_in(10s);
        while (::kill(pid, 0) == 0 && running(pid) && time_left(limit).count() > 0)
            std::this_thread::sleep_for(5ms);
    }
    static bool running(pid_t pid) {
        const auto text = read_file(fmt::format("/proc/{}/stat", pid)).value_or("");
        return !text.empty() && text.find(") Z ") == std::string::npos;
    }

    static Error refusal(const std::function<void()>& body) {
        try {
            body();
        } catch (const Error& error) {
            return error;
        }
        return {Code::internal, "nothing was refused"};
    }

    fs::path root;
    Home home;
};

inline mode_t mode_of(const fs::path& path) {
    struct stat info {};
    ::stat(path.c_str(), &info);
    return info.st_mode & 07777;
}

inline int exit_of(pid_t pid) {
    int raw = 0;
    ::waitpid(pid, &raw, 0);
    return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
}

inline int in_child(const std::function<void()>& body) {
    const pid_t pid = ::fork();
    if (pid != 0) return exit_of(pid);
    try {
        body();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "child: %s\n", error.what());
        ::_exit(1);
    }
    ::_exit(0);
}

}  // namespace stele::ops
