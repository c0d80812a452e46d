#include "client/shell/command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "foundation/base/clock.hpp"
#include "foundation/base/limits.hpp"

namespace stele::shell {

namespace {

// How often a running command looks whether it is to stop.
constexpr std::chrono::milliseconds kTick{50};

// One command while it runs.
class Running {
  public:
    Running(const ops::Command& command, std::string_view input, const RunOptions& options)
        : options_(options), input_(input), child_(ops::start(command)) {
        for (const int fd : {child_.in, child_.out, child_.err})
            ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
        exit_ = int(::syscall(SYS_pidfd_open, child_.pid,
                              0));  // -1, which poll passes by: kTick finds the end
    }
    ~Running() {
        for (int* fd : {&child_.in, &child_.out, &child_.err, &exit_}) close(*fd);
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    Ran run(const std::stop_token& stop) {
        while (!ended()) {
            if (stop.stop_requested()) end_it();
            std::array<pollfd, 4> fds{{{child_.in, POLLOUT, 0},
                                       {child_.out, POLLIN, 0},
                                       {child_.err, POLLIN, 0},
                                       {exit_, POLLIN, 0}}};
            ::poll(fds.data(), fds.size(), int(kTick.count()));
            move_bytes();
        }
        // Before the leader is reaped, while the group's number cannot be anybody else's.
        ::kill(-child_.pid, SIGKILL);
        move_bytes();
        if (!line_.empty()) tell_line();
        int raw = 0;
        while (::waitpid(child_.pid, &raw, 0) < 0 && errno == EINTR) {
        }
        ran_.status = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
        return std::move(ran_);
    }

  private:
    static void close(int& fd) {
        if (fd >= 0) ::close(fd);
        fd = -1;
    }

    bool ended() const {
        siginfo_t info{};
        return ::waitid(P_PID, id_t(child_.pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
               info.si_pid == child_.pid;
    }

    void end_it() {
        if (!kill_at_) {
            ran_.stopped = true;
            kill_at_ = deadline_in(options_.grace);
            ::kill(-child_.pid, SIGTERM);
        } else if (time_left(*kill_at_).count() == 0) {
            ::kill(-child_.pid, SIGKILL);
        }
    }

    void move_bytes() {
        give_input();
        read_all(child_.out, [&](std::string_view bytes) {
            ran_.bytes += bytes.size();
            ran_.out += bytes.substr(0, options_.keep_bytes - ran_.out.size());
        });
        read_all(child_.err, [&](std::string_view bytes) { split_lines(bytes); });
    }

    void give_input() {
        while (child_.in >= 0 && !input_.empty()) {
            const ssize_t n = ::write(child_.in, input_.data(), input_.size());
            if (n < 0 && errno == EAGAIN) return;
            if (n < 0 && errno != EINTR) input_ = {};  // it does not want to read it: its affair
            if (n > 0) input_.remove_prefix(std::size_t(n));
        }
        close(child_.in);
    }

    // What is there; a pipe that something else still holds open is not waited for.
    template <class Sink>
    void read_all(int& fd, Sink sink) {
        std::array<char, 16 * 1024> buffer;
        // A bound, so that a command that never stops writing can be stopped.
        for (int rounds = 0; fd >= 0 && rounds < 64; ++rounds) {
            const ssize_t n = ::read(fd, buffer.data(), buffer.size());
            if (n > 0)
                sink(std::string_view(buffer.data(), std::size_t(n)));
            else if (n == 0 || (errno != EAGAIN && errno != EINTR))
                close(fd);
            else if (errno == EAGAIN)
                return;
        }
    }

    void split_lines(std::string_view bytes) {
        while (!bytes.empty()) {
            const std::size_t end = std::min(bytes.find('\n'), bytes.size());
            const std::size_t take = std::min(end, limits::kOutputLineBytes - line_.size());
            line_ += bytes.substr(0, take);
            bytes.remove_prefix(take);
            const bool whole = !bytes.empty() && bytes[0] == '\n';
            if (whole) bytes.remove_prefix(1);
            if (whole || line_.size() == limits::kOutputLineBytes) tell_line();
        }
    }

    void tell_line() {
        if (options_.on_line) options_.on_line(line_);
        if (!line_.empty()) ran_.last_line = std::move(line_);
        line_.clear();
    }

    const RunOptions& options_;
    std::string_view input_;
    ops::Piped child_;
    int exit_ = -1;
    std::optional<Deadline> kill_at_;
    std::string line_;
    Ran ran_;
};

}  // namespace

Ran run_command(const ops::Command& command, std::string_view input, const RunOptions& options,
                const std::stop_token& stop) {
    return Running(command, input, options).run(stop);
}

}  // namespace stele::shell
