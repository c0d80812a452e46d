// SIGTERM and SIGINT as something to wait for.
#pragma once

namespace stele::app {

// Must be called before any thread starts: the signals are then held for wait_for_signal() alone.
void hold_signals();
// Blocks until one comes; returns its number. A second one ends the process at once.
int wait_for_signal();

}  // namespace stele::app
