// A PostgreSQL server of one test's own, which may be killed, stopped and started at will.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

#include "foundation/os/process.hpp"

namespace stele::testing {

class ThrowawayServer {
  public:
    // initdb and start; `settings` are lines of postgresql.conf.
    explicit ThrowawayServer(const std::string& settings = "");
    ~ThrowawayServer();
    ThrowawayServer(const ThrowawayServer&) = delete;
    ThrowawayServer& operator=(const ThrowawayServer&) = delete;

    void start();  // returns when it answers
    void stop();   // immediately, in order: as `pg_ctl stop -m fast`
    void kill();   // SIGKILL: what was not in the write-ahead log is lost
    void restart() {
        stop();
        start();
    }
    bool running() const { return pid_ > 0; }

    std::string url(const std::string& database = "postgres") const;      // unix socket
    std::string tcp_url(const std::string& database = "postgres") const;  // 127.0.0.1
    int port() const { return port_; }
    const std::filesystem::path& directory() const { return directory_; }  // data/, log, the socket

  private:
    void signal_and_reap(int signal);

    std::filesystem::path directory_;
    int port_ = 0;
    pid_t pid_ = -1;
};

// A TCP port of 127.0.0.1 that nobody listens on at this moment.
int free_port();

// Who a server must run as: nothing when this user is not root.
std::optional<ops::Account> unprivileged_account();
// A new directory in /tmp that belongs to that account.
std::filesystem::path make_server_directory();

}  // namespace stele::testing
