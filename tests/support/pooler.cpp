#include "support/pooler.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/os/files.hpp"
#include "foundation/os/process.hpp"
#include "support/test_server.hpp"
#include "support/throwaway_server.hpp"

namespace stele::testing {

namespace {

constexpr std::chrono::seconds kStartLimit{10};

}  // namespace

Pooler::Pooler(Mode mode, int connections) : directory_(make_server_directory()) {
    const pg::ConnInfo server = pg::ConnInfo::parse(server_url());
    port_ = free_port();
    // PgBouncer, like PostgreSQL, refuses to run as root.
    const auto account = unprivileged_account();
    ops::write_file(directory_ / "users", "\"postgres\" \"\"\n\"stele_test_app\" \"\"\n", 0644,
                    account);
    ops::write_file(
        directory_ / "pgbouncer.ini",
        fmt::format("[databases]\n* = host={} port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
                    "listen_port = {}\nunix_socket_dir =\nauth_type = trust\nauth_file = {}/users\n"
                    "pool_mode = {}\ndefault_pool_size = {}\nmax_client_conn = 500\n"
                    "ignore_startup_parameters = extra_float_digits\n",
                    server.get("host"), server.get("port"), port_, directory_.string(),
                    mode == Mode::session ? "session" : "transaction", connections),
        0644, account);
    pid_ = ops::spawn({.argv = {"pgbouncer", directory_ / "pgbouncer.ini"}, .as = account},
                      directory_ / "log");
    for (const auto limit = deadline_in(kStartLimit);;) {
        try {
            connect(url(server_url()));
            return;
        } catch (const Error& error) {
            if (time_left(limit).count() == 0 || ::waitpid(pid_, nullptr, WNOHANG) == pid_)
                throw std::runtime_error(fmt::format("pgbouncer does not answer: {}\n{}",
                                                     error.what(),
                                                     ops::tail(directory_ / "log", 10)));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

Pooler::~Pooler() {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    std::error_code ignored;  // a leftover in /tmp must not hide what the test has found
    std::filesystem::remove_all(directory_, ignored);
}

std::string Pooler::url(const std::string& url) const {
    const pg::ConnInfo info = pg::ConnInfo::parse(url);
    return fmt::format("postgresql://{}@127.0.0.1:{}/{}", info.get("user"), port_,
                       info.get("dbname"));
}

}  // namespace stele::testing
