// The local cluster's settings, sized to the machine.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace stele::ops {

struct Machine {
    std::uint64_t memory_bytes = 0;  // what this process may use: a container's limit counts
    int processors = 1;
    std::uint64_t shared_bytes = 0;  // of /dev/shm; small in containers
    bool dedicated = false;          // nothing else works there: a container, a database server
};
Machine this_machine();

using Settings = std::map<std::string, std::string>;

// The one formula: of the local cluster, of `stele db settings`, and of deploy/compose.yaml, which
// a test holds to it. A machine that is not dedicated gives half of its memory; the rest is for
// what else runs there: agents, an editor, a browser.
Settings sized_settings(const Machine& machine);

// Shared memory that parallel builds of a vector index need: a container's shm_size.
std::uint64_t wanted_shared_bytes(const Machine& machine);

// "name=value" as given with --set. Throws Error(invalid_argument) for what is no setting, and for
// those that Stele itself must decide (port, listen_addresses, …).
Settings parse_settings(const std::vector<std::string>& given);

// The text of a configuration file; values are quoted.
std::string settings_text(const Settings& settings);

}  // namespace stele::ops
