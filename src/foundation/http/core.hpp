// What the sessions of one server share.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "foundation/http/server.hpp"
#include "foundation/http/worker_pool.hpp"

namespace stele::http {

inline constexpr const char* kTooMany = "The server has as many connections as it takes";

struct Core {
    explicit Core(ServerOptions given);

    const ServerOptions options;
    WorkerPool workers;

    std::atomic<bool> draining{false};  // stop() was called: nothing new is begun
    std::atomic<bool> aborting{false};  // and its time is over: what waits for a worker is refused

    std::atomic<std::size_t> connections{0};  // served ones
    std::atomic<std::size_t> surplus{0};      // over the cap, being told so
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> refused_connections{0};
    std::atomic<std::uint64_t> refused_requests{0};

    // A session is gone; `counter` is the one that counted it. stop() waits for this.
    void left(std::atomic<std::size_t>& counter);
    // Waits until no session is left; false when that takes longer than the time given.
    bool wait_until_empty(std::chrono::milliseconds time);

    std::string new_request_id();  // unlike any other, of this process and of others

    // An answer that the server gives by itself. A head without a method was never understood.
    Response refusal(int status, const std::string& detail, const Head& head) const;
    // Run application code; what it throws, and an answer that must not be sent, becomes a problem.
    Admission admit(const Head& head) const;
    Response handle(const Request& request) const;

  private:
    template <class Function>
    Response guarded(const Head& head, Function&& function) const;

    const std::string id_prefix_;
    std::atomic<std::uint64_t> next_id_{0};
    std::mutex mutex_;
    std::condition_variable empty_;
};

}  // namespace stele::http
