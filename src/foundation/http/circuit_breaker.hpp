// Stops calling a service that has failed several times in a row, so that its callers fail at once
// instead of waiting for it, and it is left alone to recover.
#pragma once

#include <chrono>
#include <mutex>

namespace stele::http {

class CircuitBreaker {
  public:
    using Clock = std::chrono::steady_clock;

    // Opens after `failures` in a row, for `open_for`. Then one call a period is let through; its
    // success closes the circuit.
    CircuitBreaker(int failures, std::chrono::milliseconds open_for);

    // Whether a call may be made now.
    bool allows(Clock::time_point now = Clock::now());
    void succeeded();
    void failed(Clock::time_point now = Clock::now());

  private:
    const int threshold_;
    const std::chrono::milliseconds open_for_;
    std::mutex mutex_;
    int failures_ = 0;                // in a row
    Clock::time_point open_until_{};  // meaningful once failures_ ≥ threshold_
};

}  // namespace stele::http
