// SIGTERM and SIGINT as something to wait for.
#pragma once

#include <atomic>
#include <stop_token>

namespace stele::app {

// Must be called before any thread starts: the signals are then held for wait_for_signal() alone.
void hold_signals();
// Blocks until one comes; returns its number. A second one ends the process at once.
int wait_for_signal();

// Turns the first SIGINT or SIGTERM into a request to stop in order; the second ends the process at
// once. Made before any other thread; `signal` is 0 until one came.
class Interrupt {
  public:
    Interrupt();
    std::stop_token token() const { return source_.get_token(); }
    int signal() const { return signal_; }

  private:
    std::stop_source source_;
    std::atomic<int> signal_ = 0;
};

}  // namespace stele::app
