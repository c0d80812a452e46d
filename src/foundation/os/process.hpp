// Starting other programs (PostgreSQL's own, docker), never through a shell.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/clock.hpp"

namespace stele::ops {

// An account of the operating system, with the groups it belongs to.
struct Account {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;
};
std::optional<Account> find_account(const std::string& name);
bool is_root();

struct Command {
    std::vector<std::string> argv;   // argv[0] is found on PATH unless it has a slash
    std::optional<Account> as = {};  // root gives its powers up for this account
    std::map<std::string, std::string> environment = {};  // added to this process's own
    std::filesystem::path directory = "/";                // one that any account can enter
    std::filesystem::path input = "/dev/null";            // its stdin; run() alone looks at it
};

struct ProcessResult {
    int status = 0;      // the exit code; 128 + n when signal n ended it; 127: cannot be started
    std::string output;  // stdout and stderr, as they came
};

// Runs to the end. A program that is still running at the deadline is killed and Error(failed)
// thrown. `tick`, when given, is called every 200 ms; what it throws kills the program and goes on.
ProcessResult run(const Command& command, Deadline deadline,
                  const std::function<void()>& tick = {});

// Starts a program in a session of its own that outlives this process; both its outputs are
// appended to `log`. The caller reaps it, or ends first.
pid_t spawn(const Command& command, const std::filesystem::path& log);

// A program with pipes to it, in a process group of its own. It is killed when the thread that
// started it ends. The caller closes the descriptors and reaps.
struct Piped {
    pid_t pid = -1;
    int in = -1, out = -1, err = -1;  // ours of its stdin, stdout and stderr
};
// Throws Error(failed) when it cannot be started: no such program, no right to run it.
Piped start(const Command& command);

// This process becomes the program: terminal, signals and exit code are the program's.
[[noreturn]] void become(const Command& command);

}  // namespace stele::ops
