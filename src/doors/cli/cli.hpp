// The CLI door: every operation as `stele <words> [arguments]`.
//
// Flags and help come from the described input; `--json` prints the output's JSON and nothing else
// on stdout; errors go to stderr (with --json: {"error": …} on stdout) and become the exit codes of
// foundation/base/error.hpp. An output field `exitCode` sets the exit code of an operation that did
// its work and found something wrong.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/operation.hpp"

namespace stele::runtime {
class Dispatcher;
}

namespace stele::cli {

// Flags that stand before or after any command.
struct Globals {
    bool json = false;
    bool quiet = false;
    std::optional<std::string> config;             // --config
    std::map<std::string, std::string> overrides;  // --org, --scope …: setting → text
};

// Flags of every command → the setting that they override for this command.
const std::map<std::string_view, std::string>& overriding_flags();

// Makes the context an operation runs in; called once, after the command line was understood, so
// that `--help` needs neither configuration nor database.
using MakeContext = std::function<runtime::Context(const Globals&, const runtime::Operation&)>;

// Runs one command line; `args` without the program's name. Returns the exit code.
int run(const runtime::Registry& registry, runtime::Dispatcher& dispatcher,
        const std::vector<std::string>& args, const MakeContext& make_context);

// The script that teaches a shell the commands and flags: bash, zsh or fish.
std::string completion_script(const runtime::Registry& registry, std::string_view shell);

}  // namespace stele::cli
