#include "foundation/os/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "foundation/base/error.hpp"

extern char** environ;

namespace stele::ops {

namespace {

class Fd {
  public:
    explicit Fd(int fd = -1) : fd_(fd) {}
    ~Fd() { close(); }
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }
    void reset(int fd) {
        close();
        fd_ = fd;
    }
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

  private:
    int fd_;
};

[[noreturn]] void system_failure(std::string_view what) {
    throw Error(Code::failed, fmt::format("{}: {}", what, std::strerror(errno)));
}

void make_pipe(Fd& read_end, Fd& write_end) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) system_failure("cannot make a pipe");
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
}

// All that the child needs, made before the fork: between fork and exec only system calls are safe.
struct Prepared {
    explicit Prepared(const Command& command) : as(command.as), directory(command.directory) {
        for (const std::string& arg : command.argv) argv.push_back(const_cast<char*>(arg.c_str()));
        argv.push_back(nullptr);
        for (char** entry = environ; *entry; ++entry) {
            const std::string name(*entry, std::strcspn(*entry, "="));
            if (!command.environment.contains(name)) texts.emplace_back(*entry);
        }
        for (const auto& [name, value] : command.environment) texts.push_back(name + "=" + value);
        for (std::string& text : texts) environment.push_back(text.data());
        environment.push_back(nullptr);
    }

    // In the child. Returns only when the program could not be started. `dies_with_us`: a program
    // that this process waits for must not go on alone when this process is killed.
    void exec(bool dies_with_us = false) const {
        if (as && (::setgroups(as->groups.size(), as->groups.data()) != 0 ||
                   ::setgid(as->gid) != 0 || ::setuid(as->uid) != 0))
            return;
        // After the change of account, which would clear it.
        if (dies_with_us) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::chdir(directory.c_str()) != 0) return;
        sigset_t nothing;
        sigemptyset(&nothing);
        ::sigprocmask(SIG_SETMASK, &nothing, nullptr);
        ::signal(SIGPIPE, SIG_DFL);
        ::execvpe(argv[0], argv.data(), environment.data());
    }

    std::optional<Account> as;
    std::filesystem::path directory;
    std::vector<std::string> texts;
    std::vector<char*> argv, environment;
};

[[noreturn]] void child_failed(const char* program) {
    const char* parts[] = {"cannot start ", program, ": ", std::strerror(errno), "\n"};
    for (const char* part : parts)
        if (::write(STDERR_FILENO, part, std::strlen(part)) < 0) break;
    ::_exit(127);
}

int status_of(int raw) {
    return WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
}

int reap(pid_t pid) {
    int raw = 0;
    while (::waitpid(pid, &raw, 0) < 0 && errno == EINTR) {
    }
    return status_of(raw);
}

constexpr std::chrono::milliseconds kTick{200};

// Gathers the output until the program has closed its end; false at the deadline.
bool listen(const Fd& out, std::string& output, Deadline deadline,
            const std::function<void()>& tick) {
    for (;;) {
        pollfd fd{out.get(), POLLIN, 0};
        const auto left = time_left(deadline);
        if (left.count() == 0) return false;
        if (::poll(&fd, 1, int(tick ? std::min(left, kTick).count() : left.count())) <= 0) {
            if (tick) tick();
            continue;
        }
        std::array<char, 4096> buffer;
        const ssize_t n = ::read(out.get(), buffer.data(), buffer.size());
        if (n == 0) return true;
        if (n > 0) output.append(buffer.data(), std::size_t(n));
    }
}

}  // namespace

bool is_root() {
    return ::geteuid() == 0;
}

std::optional<Account> find_account(const std::string& name) {
    const passwd* entry = ::getpwnam(name.c_str());
    if (!entry) return std::nullopt;
    Account account{name, entry->pw_uid, entry->pw_gid, std::vector<gid_t>(64)};
    int count = int(account.groups.size());
    if (::getgrouplist(name.c_str(), account.gid, account.groups.data(), &count) < 0) count = 0;
    account.groups.resize(std::size_t(count));
    return account;
}

ProcessResult run(const Command& command, Deadline deadline, const std::function<void()>& tick) {
    Fd out_read, out_write;
    make_pipe(out_read, out_write);
    const Prepared prepared(command);
    const pid_t pid = ::fork();
    if (pid < 0) system_failure("cannot start a process");
    if (pid == 0) {
        // Here and not before the fork: opening a pipe waits for its other end.
        const int in = ::open(command.input.c_str(), O_RDONLY | O_CLOEXEC);
        ::dup2(in, STDIN_FILENO);
        ::dup2(out_write.get(), STDOUT_FILENO);
        ::dup2(out_write.get(), STDERR_FILENO);
        prepared.exec(true);
        child_failed(prepared.argv[0]);
    }
    out_write.close();
    ProcessResult outcome;
    bool ended = false;
    try {
        ended = listen(out_read, outcome.output, deadline, tick);
    } catch (...) {
        ::kill(pid, SIGKILL);
        reap(pid);
        throw;
    }
    if (!ended) ::kill(pid, SIGKILL);
    outcome.status = reap(pid);
    if (!ended)
        throw Error(Code::failed,
                    fmt::format("{} did not end in time and was stopped", command.argv[0]));
    return outcome;
}

pid_t spawn(const Command& command, const std::filesystem::path& log) {
    const Prepared prepared(command);
    const Fd out(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (out.get() < 0) system_failure("cannot write " + log.string());
    const Fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const pid_t pid = ::fork();
    if (pid < 0) system_failure("cannot start a process");
    if (pid == 0) {
        ::setsid();
        ::dup2(nothing.get(), STDIN_FILENO);
        ::dup2(out.get(), STDOUT_FILENO);
        ::dup2(out.get(), STDERR_FILENO);
        prepared.exec();
        child_failed(prepared.argv[0]);
    }
    return pid;
}

Piped start(const Command& command) {
    Fd in_read, in_write, out_read, out_write, err_read, err_write, failed_read, failed_write;
    make_pipe(in_read, in_write);
    make_pipe(out_read, out_write);
    make_pipe(err_read, err_write);
    make_pipe(failed_read, failed_write);  // closed by a program that starts
    const Prepared prepared(command);
    const pid_t pid = ::fork();
    if (pid < 0) system_failure("cannot start a process");
    if (pid == 0) {
        ::setpgid(0, 0);
        ::dup2(in_read.get(), STDIN_FILENO);
        ::dup2(out_write.get(), STDOUT_FILENO);
        ::dup2(err_write.get(), STDERR_FILENO);
        prepared.exec(true);
        const int why = errno;
        if (::write(failed_write.get(), &why, sizeof why) < 0) ::_exit(126);
        ::_exit(127);
    }
    ::setpgid(pid, pid);  // here too: whoever is first, the group is there when this returns
    failed_write.close();
    int why = 0;
    ssize_t told = 0;
    while ((told = ::read(failed_read.get(), &why, sizeof why)) < 0 && errno == EINTR) {
    }
    if (told > 0) {
        reap(pid);
        throw Error(Code::failed,
                    fmt::format("cannot start {}: {}", command.argv[0], std::strerror(why)));
    }
    return {pid, in_write.release(), out_read.release(), err_read.release()};
}

void become(const Command& command) {
    const Prepared prepared(command);
    prepared.exec();
    throw Error(Code::failed,
                fmt::format("cannot start {}: {}", command.argv[0], std::strerror(errno)));
}

}  // namespace stele::ops
