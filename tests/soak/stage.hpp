// What every case of a soak stands on: a PostgreSQL that may be killed, two `stele serve`, three
// workers, somebody who submits, and what is gathered as evidence.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "foundation/pg/connection.hpp"
#include "soak/evidence.hpp"
#include "soak/programs.hpp"
#include "support/throwaway_server.hpp"

namespace stele::soak {

struct Load {
    int per_second = 60;  // jobs submitted at most
    int backlog = 300;    // beyond it, nothing is submitted
    int events = 0;       // that every tenth job reports
};

class Stage {
  public:
    // `self`: this program; `stele`: the one that is tried.
    Stage(const std::string& self, const std::string& stele);

    std::unique_ptr<pg::Connection> connect(const std::string& database = "soak");  // superuser
    std::string app_url() const;  // what Stele itself connects with
    // Submits, from two threads, until it is destroyed or stopped; every acknowledged key is kept.
    void submit(const Load& load, const std::stop_token& stop);
    // Waits until every acknowledged job has ended; false: it takes too long.
    bool settle(std::chrono::seconds most, const std::stop_token& stop);
    Evidence evidence();
    Size size(const std::string& table);
    int submitted();

    testing::ThrowawayServer postgres;
    std::vector<std::unique_ptr<Program>> servers, workers;
    std::vector<std::string> urls;  // of the servers

  private:
    void submit_some(int thread, const Load& load, const std::stop_token& stop);
    int live();

    std::mutex mutex_;
    std::map<std::string, std::string> acknowledged_;
};

}  // namespace stele::soak
