// What to do when there is no answer: ask again, ever more patiently, and not in step with others.
#pragma once

#include <chrono>
#include <stop_token>
#include <string_view>

#include "client/transport.hpp"
#include "foundation/base/error.hpp"

namespace stele::client {

// The same call may succeed later: the server is away, restarts, or is overrun.
bool may_pass(const Error& error);

// Sleeps for so long, or until somebody stops it.
void rest(std::chrono::milliseconds time, const std::stop_token& stop);

// 100 ms, doubled up to 5 s; each between half and all of it, by chance.
class Backoff {
  public:
    std::chrono::milliseconds next();
    void reset() { wait_ = kFirst; }

  private:
    static constexpr std::chrono::milliseconds kFirst{100}, kMost{5'000};
    std::chrono::milliseconds wait_ = kFirst;
};

// Says a word until it is answered. Throws Error when it is refused, or when `give_up` was
// requested and there is still no answer.
json::object insist(Transport& transport, std::string_view operation, const json::object& input,
                    const std::stop_token& give_up);

}  // namespace stele::client
