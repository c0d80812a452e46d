// What came of a worker's attempts.
#pragma once

namespace stele::client {

// Counted when Stele has said so.
struct Tally {
    int completed = 0, failed = 0, released = 0, suspended = 0;
    int lost = 0;  // were another's, or cancelled, when the word came
};

}  // namespace stele::client
