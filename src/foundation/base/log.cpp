#include "foundation/base/log.hpp"

#include <unistd.h>

#include <atomic>
#include <string>

#include "foundation/base/clock.hpp"
#include "foundation/base/redact.hpp"

namespace stele::log {

namespace {

std::atomic<Level> threshold{Level::info};

constexpr std::string_view kNames[] = {"DEBUG", "INFO", "WARN", "ERROR", "OFF"};

}  // namespace

void set_level(Level level) {
    threshold = level;
}

bool set_level(std::string_view name) {
    for (std::size_t i = 0; i < std::size(kNames); ++i) {
        std::string folded(name);
        for (char& c : folded) c = char(std::toupper(static_cast<unsigned char>(c)));
        if (folded == kNames[i]) {
            threshold = Level(i);
            return true;
        }
    }
    return false;
}

bool enabled(Level level) {
    return level >= threshold.load(std::memory_order_relaxed);
}

void write(Level level, std::string_view message) {
    std::string time = to_rfc3339(now());
    time.replace(time.size() - 4, 4, "Z");  // milliseconds are enough for a log
    const std::string line =
        fmt::format("[{}] [{}] {}\n", time, kNames[int(level)], redact(message));
    // One write per line keeps lines of several threads whole. A log that cannot be written has no
    // better place to complain.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace stele::log
