// Runs one command for one job: its input on stdin, its output kept up to a bound, what it says on
// stderr line by line, and its whole process group ended when it must end.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "foundation/os/process.hpp"

namespace stele::shell {

struct Ran {
    int status = 0;         // the exit code; 128 + n when signal n ended it
    bool stopped = false;   // it was asked to end
    std::string out;        // the first `keep_bytes` of its stdout
    std::size_t bytes = 0;  // that it wrote there in all
    std::string last_line;  // of stderr
};

struct RunOptions {
    std::size_t keep_bytes = 0;
    std::chrono::milliseconds grace{0};  // between SIGTERM and SIGKILL
    // Of stderr; what is beyond limits::kOutputLineBytes of one is the next.
    std::function<void(std::string_view line)> on_line;
};

// Returns when the command has ended; what it left running in its process group is killed then.
// When `stop` is requested the group gets SIGTERM and after the grace SIGKILL. Throws Error(failed)
// when it cannot be started.
Ran run_command(const ops::Command& command, std::string_view input, const RunOptions& options,
                const std::stop_token& stop);

}  // namespace stele::shell
