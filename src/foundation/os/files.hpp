// Small files that must never be half-written, and a lock between processes.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "foundation/os/process.hpp"

namespace stele::ops {

// The whole text, or nothing when there is no such file. Throws Error(configuration) when it is
// there and cannot be read.
std::optional<std::string> read_file(const std::filesystem::path& path);

// Written beside it, synced, then renamed over it: a reader sees the old text or the new one. Makes
// the directory. With `owner` the file is that account's from the start. Throws Error(failed), a
// full disk included, and then leaves the old file as it was.
void write_file(const std::filesystem::path& path, std::string_view text, mode_t mode,
                const std::optional<Account>& owner = {});

// The last `lines` lines of a file; "" when there is none.
std::string tail(const std::filesystem::path& path, int lines);

// An exclusive lock on a file, for as long as this object lives; the kernel lets go of it when the
// process ends, however it ends.
class FileLock {
  public:
    // Waits at most `patience`, then throws Error(conflict) that says what else is `doing`.
    FileLock(const std::filesystem::path& path, std::chrono::milliseconds patience,
             std::string_view doing);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

  private:
    int fd_;
};

}  // namespace stele::ops
