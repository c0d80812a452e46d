#include "foundation/base/new_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "foundation/base/error.hpp"
#include "foundation/base/uuid.hpp"

namespace stele {

// The name is nobody else's, so nothing that stands in the way is overwritten or followed. The mode
// comes with open(): umask() is the whole process's, and other threads make files, too.
NewFile::NewFile(std::string path, std::string_view field)
    : path_(std::move(path)),
      temporary_(fmt::format("{}.partial-{}", path_, Uuid::v7().text())),
      fd_(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)) {
    if (fd_ < 0)
        throw Error(Code::invalid_argument, fmt::format("{}: {} cannot be written: {}", field,
                                                        path_, std::strerror(errno)));
}

NewFile::~NewFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    ::unlink(temporary_.c_str());
}

void NewFile::write(std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::write(fd_, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) fail();
        text.remove_prefix(std::size_t(n));
    }
}

void NewFile::finish() {
    // Some file systems say only at the end that there was no room.
    if (::close(std::exchange(fd_, -1)) == 0 && ::rename(temporary_.c_str(), path_.c_str()) == 0)
        return;
    const int why = errno;
    ::unlink(temporary_.c_str());
    errno = why;
    fail();
}

void NewFile::fail() const {
    throw Error(Code::failed,
                fmt::format("{} could not be written to its end: {}", path_, std::strerror(errno)),
                errno == ENOSPC || errno == EDQUOT ? "is the disk full?" : "");
}

}  // namespace stele
