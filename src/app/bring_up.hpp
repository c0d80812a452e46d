// Getting the database ready: start the local cluster, migrate a stale schema, keep trying.
#pragma once

#include <atomic>
#include <condition_variable>
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
    // Waits until the first try has ended, either way: a caller that comes right after the start
    // finds the schema migrated instead of missing.
    void wait_first_try(Deadline deadline) const;
    std::string problem() const;  // why it is not ready yet

  private:
    void run(const std::stop_token& stop);

    App& app_;
    std::atomic<bool> ready_ = false;
    mutable std::mutex mutex_;
    mutable std::condition_variable tried_;
    bool tried_once_ = false;
    std::string problem_ = "starting";
    std::jthread thread_;
};

}  // namespace stele::app
