// How a word reaches Stele: over HTTP (client/client.hpp), or within a process that has the
// operations itself (client/shell/door.hpp).
#pragma once

#include <chrono>
#include <string_view>

#include "foundation/base/json.hpp"

namespace stele::client {

class Transport {
  public:
    virtual ~Transport() = default;
    // Runs an operation ("job.lease") and gives its output. `wait`: how long the operation was
    // asked to wait for something, beyond what any call may take. Safe to call from any number of
    // threads. Throws Error: unavailable when there was no answer, else what the answer says.
    virtual json::object call(std::string_view operation, const json::object& input,
                              std::chrono::milliseconds wait = {}) = 0;
};

}  // namespace stele::client
