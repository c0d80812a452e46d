#include "doors/mcp/stdio.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "doors/mcp/pool.hpp"
#include "foundation/base/log.hpp"
#include "foundation/base/text.hpp"

namespace stele::mcp {

namespace {

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

  private:
    const int fd_;
};

void wake(int event_fd) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(event_fd, &one, sizeof one);
}

// Writes whole lines, one thread at a time. Once the client has gone it drops everything.
class LineSink : public Sink {
  public:
    LineSink(int fd, int event_fd) : fd_(fd), event_fd_(event_fd) {}

    void send(const json::value& message) override {
        const std::string line = serialize(message) + "\n";
        const std::lock_guard lock(mutex_);
        if (broken_ || write_all(line)) return;
        broken_ = true;
        log::debug("mcp: the client stopped reading: {}", std::strerror(errno));
        wake(event_fd_);
    }
    bool broken() const { return broken_; }

  private:
    bool write_all(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto written = ::write(fd_, bytes.data(), bytes.size());
            if (written >= 0) {
                bytes.remove_prefix(std::size_t(written));
            } else if (errno == EAGAIN) {
                pollfd waiting{fd_, POLLOUT, 0};
                if (::poll(&waiting, 1, -1) < 0 && errno != EINTR) return false;
            } else if (errno != EINTR) {
                return false;
            }
        }
        return true;
    }

    const int fd_;
    const int event_fd_;
    std::mutex mutex_;
    std::atomic<bool> broken_ = false;
};

enum class Ended { input, stopped, failed };

// Reads until the input ends, or until the event descriptor says that it is enough.
Ended read_lines(int in_fd, int event_fd, LineCutter& lines) {
    std::string buffer(64 * 1024, '\0');
    for (;;) {
        pollfd waiting[] = {{in_fd, POLLIN, 0}, {event_fd, POLLIN, 0}};
        if (::poll(waiting, 2, -1) < 0) {
            if (errno == EINTR) continue;
            return Ended::failed;
        }
        if (waiting[1].revents) return Ended::stopped;
        const auto count = ::read(in_fd, buffer.data(), buffer.size());
        if (count == 0) return Ended::input;
        if (count > 0)
            lines.feed(std::string_view(buffer.data(), std::size_t(count)));
        else if (errno != EINTR && errno != EAGAIN)
            return Ended::failed;
    }
}

void run_or_turn_away(Pool& pool, const Job& job) {
    if (!job || pool.submit(job.run)) return;
    job.turn_away(Error(Code::rate_limited, "too many requests wait already",
                        "wait for answers before sending more", {}, true));
}

}  // namespace

LineCutter::LineCutter(std::size_t limit, OnLine on_line, OnTooLong on_too_long)
    : limit_(limit), on_line_(std::move(on_line)), on_too_long_(std::move(on_too_long)) {}

void LineCutter::feed(std::string_view bytes) {
    for (auto at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n')) {
        append(bytes.substr(0, at));
        cut();
        bytes.remove_prefix(at + 1);
    }
    append(bytes);
}

void LineCutter::append(std::string_view bytes) {
    if (too_long_) return too_long_->feed(bytes);
    if (line_.size() + bytes.size() <= limit_) {
        line_ += bytes;
        return;
    }
    too_long_.emplace();
    too_long_->feed(line_);
    too_long_->feed(bytes);
    line_ = std::string();
}

void LineCutter::cut() {
    const std::string_view line = trim(line_);
    if (too_long_)
        on_too_long_(too_long_->id());
    else if (!line.empty())
        on_line_(line);
    line_.clear();
    too_long_.reset();
}

void LineCutter::end() {
    cut();
}

int serve_stdio(std::shared_ptr<const Catalog> catalog, const StdioOptions& options) {
    std::signal(SIGPIPE, SIG_IGN);
    const Descriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (event.get() < 0)
        throw Error(Code::failed, fmt::format("cannot make an eventfd: {}", std::strerror(errno)));
    const std::stop_callback on_stop(options.stop, [&] { wake(event.get()); });

    const auto out = std::make_shared<LineSink>(options.out_fd, event.get());
    const auto session = Session::open(std::move(catalog), out, options.session);
    Pool pool(options.workers, options.session.in_flight);
    LineCutter lines(
        options.line_bytes,
        [&](std::string_view line) { run_or_turn_away(pool, session->receive_text(line, out)); },
        [&](const json::value& request_id) {
            out->send(make_error(
                request_id, rpc::kInvalidRequest,
                fmt::format("a message of more than {} bytes was skipped", options.line_bytes)));
        });

    const Ended ended = read_lines(options.in_fd, event.get(), lines);
    const int read_error = errno;
    if (ended == Ended::input) lines.end();
    session->client_gone();
    if (!out->broken()) pool.drained_by(std::chrono::steady_clock::now() + options.drain);
    session->close();
    pool.finish();
    if (ended != Ended::failed) return 0;
    log::error("mcp: cannot read from the client: {}", std::strerror(read_error));
    return 1;
}

int claim_stdout() {
    const int protocol = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (protocol < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        throw Error(Code::failed, fmt::format("cannot use stdout: {}", std::strerror(errno)));
    return protocol;
}

}  // namespace stele::mcp
