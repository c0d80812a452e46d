// `stele job watch`: what the queues hold, what runs, what failed; or one job until it ends.
#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include "client/shell/screen.hpp"
#include "client/shell/types.hpp"
#include "client/transport.hpp"

namespace stele::shell {

// Paints to standard output until it is stopped. Throws Error(not_found) for a job that is none;
// a server that is away is said on the screen and asked again.
WatchOutput watch(client::Transport& transport, const WatchInput& input, const Terminal& terminal,
                  const std::stop_token& stop);

// One look: the answers of job.queues and job.list.
struct Snapshot {
    Timestamp at{};
    json::array queues, running, failed;
    json::array complete;                 // the last submitted ones
    std::vector<std::string> last_steps;  // one for each that runs
    std::optional<std::string> problem;   // why there is no answer
};
Snapshot look(client::Transport& transport, const WatchInput& input);
// What ended between two looks, of the last hundred complete ones; `more`: at least so many.
int ended_since(const Snapshot& look, Timestamp since, bool& more);
// `before`: when the last look was; nothing at the first.
std::vector<Line> lines_of(const Snapshot& look, std::optional<Timestamp> before);

// Prints what happens to one job as it comes.
WatchOutput follow(client::Transport& transport, const std::string& id, const Terminal& terminal,
                   const std::stop_token& stop);

}  // namespace stele::shell
