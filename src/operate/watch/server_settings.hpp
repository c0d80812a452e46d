// `stele db settings`: what a PostgreSQL should be set to for the memory that it has.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/base/clock.hpp"
#include "foundation/base/reflect.hpp"

namespace stele::pg {
class Database;
}

namespace stele::watch {

struct SettingsInput {
    std::string memory;
    std::optional<int> processors;
    bool shared = false;
    template <class S = SettingsInput>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("memory", &S::memory,
                  "Memory of the server's machine or container: 1g, 512m, 16GB. None: this "
                  "machine's, as with shared")
                .max_bytes(32),
            field("processors", &S::processors, "Its processors; none: as many as this machine has")
                .range(1, 1024),
            field("shared", &S::shared,
                  "Other programs work there too: half of the memory is the server's"));
    }
};

struct ServerSetting {
    std::string name;
    std::string value;
    std::string server;
    bool same = false;
    bool needs_restart = false;
    template <class S = ServerSetting>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("name", &S::name, "As postgresql.conf has it"),
            field("value", &S::value, "For that memory"),
            field("server", &S::server, "What the server has; empty: it was not asked"),
            field("same", &S::same, "Both mean the same"),
            field("needsRestart", &S::needs_restart, "A change counts after a restart"));
    }
};

struct SettingsOutput {
    std::int64_t memory_bytes = 0;
    int processors = 1;
    bool shared = false;
    std::int64_t shm_bytes = 0;
    bool compared = false;
    std::string problem;
    std::vector<ServerSetting> settings;
    template <class S = SettingsOutput>
    static auto describe() {
        using reflect::field;
        return reflect::fields(field("memoryBytes", &S::memory_bytes, "What was reckoned with"),
                               field("processors", &S::processors, "Likewise"),
                               field("shared", &S::shared, "Half of the memory is the server's"),
                               field("shmBytes", &S::shm_bytes,
                                     "Shared memory that a container needs for them: its shm_size"),
                               field("compared", &S::compared, "The server has answered"),
                               field("problem", &S::problem, "Why it was not compared"),
                               field("settings", &S::settings, "By name"));
    }
};

// The set of operate/cluster, beside the server's. Throws Error(invalid_argument) for a memory that
// is no size; a server that does not answer is told in the output.
SettingsOutput server_settings(pg::Database& db, const SettingsInput& input, Deadline deadline);
std::string render_settings(const json::value& output);

}  // namespace stele::watch
