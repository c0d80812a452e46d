// The server process of one data directory: is it there, start it, stop it.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "foundation/os/process.hpp"
#include "operate/cluster/home.hpp"
#include "operate/cluster/postgres_programs.hpp"

namespace stele::ops {

// The account that a cluster's programs run as. Root must not run them: `chosen` (--pg-user), else
// postgres, else stele; Error(configuration) when there is none. Others run them as themselves.
std::optional<Account> server_account(const std::string& chosen);

// Error(configuration) when the account cannot enter the directory.
void check_reachable(const Account& account, const std::filesystem::path& directory);

class Server {
  public:
    Server(Home home, PostgresPrograms programs, std::optional<Account> account)
        : home_(std::move(home)), programs_(std::move(programs)), account_(std::move(account)) {}

    const Home& home() const { return home_; }
    const PostgresPrograms& programs() const { return programs_; }
    std::filesystem::path data() const { return home_.data(programs_.major); }

    // What a setup that was killed has left beside the clusters, which have other names.
    void remove_leftovers() const;
    bool exists() const;  // a whole cluster is there
    void create() const;  // with initdb, under another name first
    // The port of the server that works in the data directory, answering or not yet; nothing when
    // there is none.
    std::optional<int> running_port() const;

    struct Start {
        bool ok = false;
        bool port_taken = false;
        std::string said;  // the end of what the server logged
    };
    // Writes the settings, takes a killed server's lock files away, starts and waits until it
    // answers.
    Start start(int port, const std::string& settings, std::chrono::milliseconds timeout) const;
    void stop() const;

  private:
    ProcessResult programs_run(const std::vector<std::string>& argv,
                               std::chrono::milliseconds limit) const;
    void prepare_directories() const;
    void configure(const std::filesystem::path& data) const;
    void clear_remains() const;

    Home home_;
    PostgresPrograms programs_;
    std::optional<Account> account_;
};

}  // namespace stele::ops
