// Logging: `[2026-11-20T08:15:30.123Z] [INFO] message` on stderr, every line redacted. stdout
// belongs to results and protocols alone.
#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace stele::log {

enum class Level { debug, info, warn, error, off };

void set_level(Level level);
bool set_level(std::string_view name);  // false when there is no such level
bool enabled(Level level);
void write(Level level, std::string_view message);

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::debug))
        write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::info)) write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::warn)) write(Level::warn, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::error))
        write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace stele::log
