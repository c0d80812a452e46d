// Getting the database ready: start the local cluster, migrate a stale schema, keep trying.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <thread>

#include "app/app.hpp"

namespace stele::app {

// Once, now: starts a stopped local cluster, then migrates (migrationMode auto) or refuses a stale
// schema (manual). Throws what keeps the database from being ready, Error(refused) with the detail
// ops::kRefusal for what a later try would find the same.
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
    // Throws what no later try could mend (tables of another application, a login that row-level
    // security does not bind in production). The process was sent SIGTERM when that was found.
    void rethrow_refusal() const;

  private:
    void run(const std::stop_token& stop);
    bool note_failure(const std::exception& problem);

    App& app_;
    std::atomic<bool> ready_ = false;
    mutable std::mutex mutex_;
    mutable std::condition_variable tried_;
    bool tried_once_ = false;
    std::exception_ptr refusal_;
    std::string problem_ = "starting";
    std::jthread thread_;
};

}  // namespace stele::app
