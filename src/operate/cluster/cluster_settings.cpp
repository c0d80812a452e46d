#include "operate/cluster/cluster_settings.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "foundation/os/files.hpp"

namespace stele::ops {

namespace {

constexpr std::uint64_t kMegabyte = 1024 * 1024;

// A control group's limit in bytes; "max" and absurdly large numbers mean there is none.
std::uint64_t limit_in(const char* path, std::uint64_t otherwise) {
    const std::string text = read_file(path).value_or("");
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    return parsed.ec == std::errc() && value > 0 ? std::min(value, otherwise) : otherwise;
}

std::string megabytes(std::uint64_t bytes, std::uint64_t least, std::uint64_t most) {
    return fmt::format("{}MB", std::clamp(bytes / kMegabyte, least, most));
}

std::uint64_t own_memory(const Machine& machine) {
    return machine.dedicated ? machine.memory_bytes : machine.memory_bytes / 2;
}

std::uint64_t maintenance_of(const Machine& machine) {
    return std::clamp(own_memory(machine) / 8, 64 * kMegabyte, 2048 * kMegabyte);
}

}  // namespace

Machine this_machine() {
    std::uint64_t memory =
        std::uint64_t(::sysconf(_SC_PHYS_PAGES)) * std::uint64_t(::sysconf(_SC_PAGESIZE));
    memory = limit_in("/sys/fs/cgroup/memory.max", memory);
    memory = limit_in("/sys/fs/cgroup/memory/memory.limit_in_bytes", memory);
    struct statvfs shared {};
    const bool known = ::statvfs("/dev/shm", &shared) == 0;
    return {memory, int(std::max(1u, std::thread::hardware_concurrency())),
            known ? std::uint64_t(shared.f_blocks) * shared.f_frsize : 0};
}

std::uint64_t wanted_shared_bytes(const Machine& machine) {
    // A parallel build of a vector index shares maintenance_work_mem between its workers.
    return 2 * maintenance_of(machine);
}

Settings sized_settings(const Machine& machine) {
    const bool dedicated = machine.dedicated;
    const std::uint64_t memory = machine.memory_bytes, own = own_memory(machine);
    const bool roomy = machine.shared_bytes >= wanted_shared_bytes(machine);
    return {
        {"shared_buffers", megabytes(own / 4, 64, dedicated ? 8192 : 4096)},
        {"effective_cache_size", megabytes(memory / 2, 256, 65536)},
        {"work_mem", megabytes(own / 512, dedicated ? 8 : 4, 64)},
        {"maintenance_work_mem", megabytes(maintenance_of(machine), 64, 2048)},
        {"dynamic_shared_memory_type", roomy ? "posix" : "mmap"},
        {"max_connections", "100"},
        {"max_parallel_workers", std::to_string(std::clamp(machine.processors, 1, 64))},
        {"random_page_cost", "1.1"},
        {"wal_compression", "on"},
        {"log_min_duration_statement", "1s"},
        {"jit", "off"},
    };
}

Settings parse_settings(const std::vector<std::string>& given) {
    constexpr std::array kOurs{
        "port",          "listen_addresses", "unix_socket_directories", "password_encryption",
        "log_directory", "logging_collector"};
    Settings out;
    for (const std::string& entry : given) {
        const auto equals = entry.find('=');
        const std::string name(trim(entry.substr(0, equals)));
        const bool plain =
            !name.empty() &&
            name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") == std::string::npos;
        if (equals == std::string::npos || !plain || entry.find('\n') != std::string::npos)
            throw Error(Code::invalid_argument,
                        fmt::format("set: \"{}\" is not name=value", excerpt(entry, 60)),
                        "for example --set shared_buffers=1GB");
        if (std::ranges::find(kOurs, name) != kOurs.end())
            throw Error(Code::invalid_argument, fmt::format("set: {} is Stele's to decide", name),
                        name == "port" ? "use --port" : "");
        out[name] = trim(std::string_view(entry).substr(equals + 1));
    }
    return out;
}

std::string settings_text(const Settings& settings) {
    std::string out;
    for (const auto& [name, value] : settings) {
        std::string quoted;
        for (const char c : value)
            quoted += c == '\'' || c == '\\' ? std::string{c, c} : std::string{c};
        out += fmt::format("{} = '{}'\n", name, quoted);
    }
    return out;
}

}  // namespace stele::ops
