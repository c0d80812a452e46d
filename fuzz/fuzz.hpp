// What the fuzz targets share. A target hands any bytes to a parser: it may refuse them with an
// Error and nothing else, and what it accepts must hold what its header promises.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "foundation/base/error.hpp"

namespace stele::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

inline void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

// Runs a parser; false when it refused.
template <class Parse>
bool accepts(Parse parse) {
    try {
        parse();
        return true;
    } catch (const Error& error) {
        require(*error.what() != '\0', "a refusal says why");
        return false;
    }
}

// The bytes up to the first zero byte; they and it are taken away from `rest`.
inline std::string_view take_part(std::string_view& rest) {
    const auto end = rest.find('\0');
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    return part;
}

// A file in memory, for parsers that open their input by its path.
class MemoryFile {
  public:
    explicit MemoryFile(std::string_view content) : fd_(memfd_create("fuzz", MFD_CLOEXEC)) {
        require(fd_ >= 0 && write(fd_, content.data(), content.size()) == ssize_t(content.size()),
                "a file in memory");
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() { close(fd_); }
    std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

  private:
    int fd_;
};

}  // namespace stele::fuzz
