#include "foundation/os/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "foundation/base/clock.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"

namespace stele::ops {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kLockPoll{50};

[[noreturn]] void cannot_write(const fs::path& path) {
    const int why = errno;
    throw Error(Code::failed, fmt::format("cannot write {}: {}", path.string(), std::strerror(why)),
                why == ENOSPC || why == EDQUOT ? "free some space there and run this again"
                                               : "check who owns it and its directory");
}

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::write(fd, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        text.remove_prefix(std::size_t(n));
    }
    return ::fsync(fd) == 0;
}

}  // namespace

std::optional<std::string> read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (in) text << in.rdbuf();
    if (in && !in.bad()) return text.str();
    std::error_code error;
    if (!fs::exists(path, error) && !error) return std::nullopt;
    throw Error(Code::configuration, fmt::format("cannot read {}", path.string()),
                "run this as the user who owns it");
}

void write_file(const fs::path& path, std::string_view text, mode_t mode,
                const std::optional<Account>& owner) {
    std::error_code ignored;  // what is wrong with the directory, opening the file tells better
    fs::create_directories(path.parent_path(), ignored);
    const fs::path half = path.string() + fmt::format(".{}.tmp", ::getpid());
    ::unlink(half.c_str());
    // O_EXCL: in a directory of another account, a link in the way must not be followed.
    const int fd = ::open(half.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) cannot_write(path);
    const bool written = write_all(fd, text) && ::fchmod(fd, mode) == 0 &&
                         (!owner || ::fchown(fd, owner->uid, owner->gid) == 0);
    ::close(fd);
    if (!written || ::rename(half.c_str(), path.c_str()) != 0) {
        const int why = errno;
        ::unlink(half.c_str());
        errno = why;
        cannot_write(path);
    }
    if (const int dir = ::open(path.parent_path().c_str(), O_RDONLY | O_CLOEXEC); dir >= 0) {
        ::fsync(dir);
        ::close(dir);
    }
}

std::string tail(const fs::path& path, int lines) {
    const std::string text = read_file(path).value_or("");
    auto from = text.size();
    for (int seen = 0; from > 0; --from)
        if (text[from - 1] == '\n' && from != text.size() && ++seen == lines) break;
    return text.substr(from);
}

FileLock::FileLock(const fs::path& path, std::chrono::milliseconds patience,
                   std::string_view doing) {
    std::error_code ignored;
    fs::create_directories(path.parent_path(), ignored);
    fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd_ < 0) cannot_write(path);
    const Deadline limit = deadline_in(patience);
    for (bool said = false; ::flock(fd_, LOCK_EX | LOCK_NB) != 0; said = true) {
        if (time_left(limit).count() == 0) {
            ::close(fd_);
            throw Error(Code::conflict, fmt::format("another process is {}", doing),
                        "wait for it to end and run this again", {}, true);
        }
        if (!said) log::info("waiting for another process that is {}", doing);
        std::this_thread::sleep_for(kLockPoll);
    }
}

FileLock::~FileLock() {
    ::close(fd_);
}

}  // namespace stele::ops
