// Getting the database ready: start the local cluster, migrate a stale schema, keep trying.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include "app/app.hpp"

namespace stele::app {

// Once, now: starts a stopped local cluster, then migrates (migrationMode auto) or refuses a stale
// schema (manual). Throws what keeps the database from being ready.
void bring_up(App& app);

// The same in the background, 1, 2, 4, 8, then every 16 seconds until it has succeeded.
class BringUp {
  public:
    explicit BringUp(App& app);
    ~BringUp();
    bool ready() const { return ready_; }
    std::string problem() const;  // why it is not ready yet

  private:
    void run(const std::stop_token& stop);

    App& app_;
    std::atomic<bool> ready_ = false;
    mutable std::mutex mutex_;
    std::string problem_ = "starting";
    std::jthread thread_;
};

}  // namespace stele::app
