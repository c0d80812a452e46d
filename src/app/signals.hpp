// SIGTERM and SIGINT as something to wait for.
#pragma once

#include <stop_token>

namespace stele::app {

// Must be called before any thread starts: the signals are then held for wait_for_signal() alone.
void hold_signals();
// Blocks until one comes; returns its number. A second one ends the process at once.
int wait_for_signal();

// The same for work that looks at a token: it is asked to stop when a signal comes.
std::stop_token stop_on_signal();

}  // namespace stele::app
