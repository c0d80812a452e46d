#include "support/throwaway_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/os/process.hpp"
#include "support/test_server.hpp"

namespace stele::testing {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kStartLimit = 30s;

std::string program(const char* name) {
    return (server_programs() / name).string();
}

}  // namespace

std::optional<ops::Account> unprivileged_account() {
    if (!ops::is_root()) return std::nullopt;
    for (const char* name : {"postgres", "stele", "nobody"})
        if (auto account = ops::find_account(name)) return account;
    throw std::runtime_error("there is no unprivileged account to run PostgreSQL as");
}

fs::path make_server_directory() {
    char name[] = "/tmp/stele-server.XXXXXX";
    if (!::mkdtemp(name)) throw std::runtime_error("cannot make a directory in /tmp");
    if (const auto account = unprivileged_account())
        if (::chown(name, account->uid, account->gid) != 0)
            throw std::runtime_error("cannot give the directory to the server's account");
    return name;
}

int free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    const bool bound = ::bind(fd, generic, length) == 0 && ::getsockname(fd, generic, &length) == 0;
    ::close(fd);
    if (!bound) throw std::runtime_error("no free port on 127.0.0.1");
    return ntohs(address.sin_port);
}

ThrowawayServer::ThrowawayServer(const std::string& settings)
    : directory_(make_server_directory()) {
    const auto made = ops::run(
        {.argv = {program("initdb"), "--pgdata", directory_ / "data", "--username", "postgres",
                  "--auth", "trust", "--locale=C.UTF-8", "--no-sync", "--no-instructions"},
         .as = unprivileged_account()},
        deadline_in(60s));
    if (made.status != 0) throw std::runtime_error("initdb failed: " + made.output);
    // A killed server keeps what the kernel has; fsync matters only when the machine itself falls.
    std::ofstream(directory_ / "data" / "postgresql.conf", std::ios::app)
        << "fsync = off\nlisten_addresses = '127.0.0.1'\nunix_socket_permissions = 0777\n"
        << fmt::format("unix_socket_directories = '{}'\n", directory_.string()) << settings;
    ::chmod(directory_.c_str(), 0711);
    start();
}

ThrowawayServer::~ThrowawayServer() {
    if (running()) signal_and_reap(SIGQUIT);
    std::error_code ignored;  // a leftover in /tmp must not hide what the test has found
    fs::remove_all(directory_, ignored);
}

// The port may be taken between asking and binding, and a killed server's children may still hold
// its memory: both pass, so starting is tried again.
void ThrowawayServer::start() {
    const auto limit = deadline_in(kStartLimit);
    while (!running()) {
        if (port_ == 0) port_ = free_port();
        pid_ = ops::spawn(
            {.argv = {program("postgres"), "-D", directory_ / "data", "-p", std::to_string(port_)},
             .as = unprivileged_account()},
            directory_ / "log");
        for (;;) {
            try {
                connect(url());
                return;
            } catch (const Error& error) {
                if (time_left(limit).count() == 0)
                    throw std::runtime_error(std::string("the server did not start: ") +
                                             error.what());
            }
            if (::waitpid(pid_, nullptr, WNOHANG) == pid_) break;
            std::this_thread::sleep_for(20ms);
        }
        pid_ = -1;
    }
}

void ThrowawayServer::stop() {
    signal_and_reap(SIGINT);
}

void ThrowawayServer::kill() {
    signal_and_reap(SIGKILL);
}

void ThrowawayServer::signal_and_reap(int signal) {
    if (!running()) return;
    ::kill(pid_, signal);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
}

std::string ThrowawayServer::url(const std::string& database) const {
    return fmt::format("postgresql:///{}?host={}&port={}&user=postgres", database,
                       directory_.string(), port_);
}

std::string ThrowawayServer::tcp_url(const std::string& database) const {
    return fmt::format("postgresql://postgres@127.0.0.1:{}/{}", port_, database);
}

}  // namespace stele::testing
