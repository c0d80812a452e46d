#include "operate/cluster/cluster_server.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "foundation/base/text.hpp"
#include "foundation/os/files.hpp"
#include "operate/cluster/cluster_state.hpp"
#include "operate/cluster/ports.hpp"

namespace stele::ops {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr std::chrono::minutes kInitdbLimit{5};
constexpr std::chrono::minutes kStopLimit{2};
constexpr milliseconds kOrphanPatience{5000};  // backends end by themselves after their postmaster
constexpr std::size_t kSocketPathBytes = 107;
constexpr int kQuotedLines = 5;

void give_to(const std::optional<Account>& account, const fs::path& path, mode_t mode) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error || (account && ::chown(path.c_str(), account->uid, account->gid) != 0) ||
        ::chmod(path.c_str(), mode) != 0)
        throw Error(Code::failed, fmt::format("cannot make the directory {}", path.string()),
                    "run this as its owner, or choose another place with STELE_HOME");
}

// A server and all its children stay in their data directory; this tells them from whatever process
// has got the number in postmaster.pid since.
bool works_in(pid_t pid, const fs::path& directory) {
    std::error_code error;  // another user's process, or gone meanwhile
    return fs::read_symlink(fmt::format("/proc/{}/cwd", pid), error) ==
           fs::weakly_canonical(directory, error);
}

pid_t process_in(const fs::path& directory) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator("/proc", error)) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        if (works_in(pid_t(std::stol(name)), directory)) return pid_t(std::stol(name));
    }
    return 0;
}

// The same once those that are about to end have; 0: none is left.
pid_t process_left_in(const fs::path& directory) {
    const Deadline patience = deadline_in(kOrphanPatience);
    for (;;) {
        const pid_t pid = process_in(directory);
        if (pid == 0 || time_left(patience).count() == 0) return pid;
        std::this_thread::sleep_for(milliseconds(20));
    }
}

// postmaster.pid: the process, the directory, the start time, the port …
struct PidFile {
    pid_t process = 0;
    int port = 0;
};
std::optional<PidFile> read_pid_file(const fs::path& data) {
    const auto text = read_file(data / "postmaster.pid");
    if (!text) return std::nullopt;
    std::istringstream lines(*text);
    std::string process, skipped, port;
    std::getline(lines, process);
    for (int i = 0; i < 2; ++i) std::getline(lines, skipped);
    std::getline(lines, port);
    return PidFile{pid_t(std::atoi(process.c_str())), std::atoi(port.c_str())};
}

std::map<fs::path, std::uintmax_t> sizes_of_logs(const fs::path& directory) {
    std::map<fs::path, std::uintmax_t> out;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error))
        out[entry.path()] = fs::file_size(entry.path(), error);
    return out;
}

// What was logged since `before` was taken.
std::string logged_since(const fs::path& directory,
                         const std::map<fs::path, std::uintmax_t>& before) {
    std::string out;
    for (const auto& [path, size] : sizes_of_logs(directory)) {
        const auto known = before.find(path);
        const auto from = known == before.end() || known->second > size ? 0 : known->second;
        out += read_file(path).value_or("").substr(from);
    }
    return out;
}

// The lines that tell the cause; the server's chatter around them does not.
std::string cause_in(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(at, end - at);
        for (const char* level : {"FATAL:", "PANIC:", "ERROR:", "error:", "could not bind"})
            if (const auto found = line.find(level); found != std::string::npos) {
                lines.push_back(line.substr(found));
                break;
            }
        at = end + 1;
    }
    if (lines.empty()) return excerpt(trim(text), 400);
    std::string out;
    for (const auto from = lines.size() - std::min<std::size_t>(lines.size(), kQuotedLines);
         const std::string& line : std::vector(lines.begin() + long(from), lines.end()))
        out += (out.empty() ? "" : "; ") + line;
    return excerpt(out, 600);
}

// One call instead of initdb's thousand of them.
void sync_filesystem(const fs::path& directory) {
    const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = fd >= 0 && ::syncfs(fd) == 0;
    if (fd >= 0) ::close(fd);
    if (!synced)
        throw Error(Code::failed, fmt::format("cannot write {} to the disk: {}", directory.string(),
                                              std::strerror(errno)));
}

bool says_disk_full(const std::string& text) {
    return text.find("No space left on device") != std::string::npos ||
           text.find("Disk quota exceeded") != std::string::npos;
}

}  // namespace

std::optional<Account> server_account(const std::string& chosen) {
    if (!is_root()) return std::nullopt;
    if (!chosen.empty()) {
        const auto account = find_account(chosen);
        if (account && account->uid != 0) return account;
        throw Error(
            Code::configuration,
            fmt::format("--pg-user {}: {}", chosen,
                        account ? "PostgreSQL refuses to run as root" : "there is no such account"),
            "name an unprivileged account of this machine");
    }
    for (const char* name : {"postgres", "stele"})
        if (auto account = find_account(name)) return account;
    throw Error(
        Code::configuration,
        "PostgreSQL refuses to run as root, and there is no account postgres or stele",
        "make one with `useradd --system --no-create-home stele`, or name one with --pg-user");
}

void check_reachable(const Account& account, const fs::path& directory) {
    fs::path at = "/";
    for (const fs::path& part : directory) {
        at /= part;
        struct stat info;
        if (::stat(at.c_str(), &info) != 0) return;  // what uses it will say so
        const bool member = std::ranges::find(account.groups, info.st_gid) != account.groups.end();
        const mode_t needed = info.st_uid == account.uid ? S_IXUSR : member ? S_IXGRP : S_IXOTH;
        if (!(info.st_mode & needed))
            throw Error(Code::configuration,
                        fmt::format("the account {}, which runs PostgreSQL, cannot enter {}",
                                    account.name, at.string()),
                        fmt::format("{} must be where it can: choose with STELE_HOME or --pg-bin",
                                    directory.string()));
    }
}

ProcessResult Server::programs_run(const std::vector<std::string>& argv, milliseconds limit) const {
    // The user's own settings for psql and libpq have no business here.
    return run({.argv = argv, .as = account_, .environment = {{"LC_ALL", "C.UTF-8"}}},
               deadline_in(limit));
}

bool Server::exists() const {
    return fs::exists(data() / "PG_VERSION");
}

std::optional<int> Server::running_port() const {
    const auto file = read_pid_file(data());
    if (!file || !works_in(file->process, data())) return std::nullopt;
    return file->port;
}

void Server::prepare_directories() const {
    const fs::path socket = home_.sockets() / ".s.PGSQL.65535";
    if (socket.string().size() > kSocketPathBytes)
        throw Error(Code::configuration,
                    fmt::format("{} is too long for a socket's name: {} bytes of {}",
                                home_.root.string(), socket.string().size(), kSocketPathBytes),
                    "choose a shorter STELE_HOME");
    if (account_) check_reachable(*account_, programs_.bin);
    // A directory that is there already keeps the mode that its owner gave it.
    if (!fs::exists(home_.root)) give_to({}, home_.root, account_ ? 0755 : 0700);
    if (account_) check_reachable(*account_, home_.root);
    give_to(account_, home_.clusters(), 0700);
    give_to(account_, home_.sockets(), 0755);
    give_to(account_, home_.logs(), 0700);
}

void Server::remove_leftovers() const {
    std::error_code error;  // there may be nothing yet
    const Deadline deadline = deadline_in(kOrphanPatience);
    for (const auto& entry : fs::directory_iterator(home_.clusters(), error)) {
        if (!entry.path().filename().string().starts_with('.')) continue;
        fs::remove_all(entry.path(), error);
        // Its last process may still be dying, and make files while they are taken away.
        while (fs::exists(entry.path(), error) && time_left(deadline).count() > 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            fs::remove_all(entry.path(), error);
        }
    }
}

void Server::create() const {
    prepare_directories();
    const fs::path half = home_.clusters() / fmt::format(".new-{}-{}", programs_.major, ::getpid());
    if (std::error_code error; fs::exists(data()) && !fs::is_empty(data(), error))
        throw Error(Code::refused,
                    fmt::format("{} is not empty and holds no whole cluster", data().string()),
                    "look what it is and move it away");
    const fs::path secret = home_.clusters() / ".password";
    write_file(secret, password_of(home_, kSuperuser) + "\n", 0600, account_);
    const ProcessResult made =
        programs_run({programs_.program("initdb"), "--pgdata", half, "--username", kSuperuser,
                      "--auth", "scram-sha-256", "--pwfile", secret, "--encoding", "UTF8",
                      "--locale", "C.UTF-8", "--data-checksums", "--no-instructions", "--no-sync"},
                     kInitdbLimit);
    fs::remove(secret);
    if (made.status != 0) {
        std::error_code ignored;  // the cause is initdb's, which is reported
        fs::remove_all(half, ignored);
        throw Error(says_disk_full(made.output) ? Code::unavailable : Code::failed,
                    "initdb failed: " + cause_in(made.output),
                    says_disk_full(made.output)
                        ? fmt::format("the disk of {} is full; free 100 MB and run this again",
                                      home_.root.string())
                        : "");
    }
    configure(half);
    sync_filesystem(half);
    fs::remove(data());
    fs::rename(half, data());
    sync_filesystem(home_.clusters());
}

// Ours is included by the server's file, so that what a user adds below, or with ALTER SYSTEM,
// wins.
void Server::configure(const fs::path& data) const {
    const fs::path file = data / "postgresql.conf";
    write_file(file, read_file(file).value_or("") + "\ninclude_if_exists = 'stele.conf'\n", 0600,
               account_);
}

// PostgreSQL itself takes away what a killed server left, if that server's process is gone. But
// after a reboot its number may be a stranger's, and without an init that reaps it stays: then
// PostgreSQL refuses. Nothing is taken away while a process works in the data directory.
void Server::clear_remains() const {
    std::vector<fs::path> remains;
    if (fs::exists(data() / "postmaster.pid")) remains.push_back(data() / "postmaster.pid");
    for (const auto& entry : fs::directory_iterator(home_.sockets()))
        if (entry.path().filename().string().starts_with(".s.PGSQL."))
            remains.push_back(entry.path());
    if (remains.empty()) return;
    if (const pid_t pid = process_left_in(data()); pid != 0)
        throw Error(Code::refused,
                    fmt::format("process {} still works in {}", pid, data().string()),
                    "it is a remainder of a killed server; end it, then start again");
    log::info("the server was killed the last time; its lock files are taken away");
    for (const fs::path& file : remains) fs::remove(file);
}

Server::Start Server::start(int port, const std::string& settings, milliseconds timeout) const {
    prepare_directories();
    const fs::path conf = data() / "stele.conf";
    write_file(conf,
               "# Written by `stele` at every start. Your own settings: ALTER SYSTEM, or "
               "`stele setup --set name=value`.\n" +
                   settings_text({{"port", std::to_string(port)},
                                  {"listen_addresses", "127.0.0.1"},
                                  {"unix_socket_directories", home_.sockets()},
                                  {"password_encryption", "scram-sha-256"},
                                  {"logging_collector", "on"},
                                  {"log_directory", home_.logs()},
                                  {"log_filename", "postgresql-%a.log"},
                                  {"log_truncate_on_rotation", "on"},
                                  {"log_rotation_size", "0"},
                                  {"log_line_prefix", "%m [%p] %q%u@%d "}}) +
                   settings,
               0600, account_);
    clear_remains();
    const auto before = sizes_of_logs(home_.logs());
    const auto seconds = std::max<std::int64_t>(timeout.count() / 1000, 1);
    const ProcessResult outcome = programs_run(
        {programs_.program("pg_ctl"), "start", "--silent", "--wait", "--timeout",
         std::to_string(seconds), "--pgdata", data(), "--log", home_.logs() / "start.log"},
        timeout + std::chrono::seconds(5));
    if (outcome.status == 0) return {true, false, ""};
    const std::string said = logged_since(home_.logs(), before) + outcome.output;
    // The server's own words may still be on their way through its log collector: ask the port,
    // too.
    const bool taken = said.find("could not create any TCP/IP sockets") != std::string::npos ||
                       !port_is_free(port);
    return {false, taken, cause_in(said) + (says_disk_full(said) ? " (the disk is full)" : "")};
}

void Server::stop() const {
    const ProcessResult outcome =
        programs_run({programs_.program("pg_ctl"), "stop", "--silent", "--wait", "--mode", "fast",
                      "--timeout", "110", "--pgdata", data()},
                     kStopLimit);
    if (outcome.status != 0 && running_port())
        throw Error(Code::failed, "the local PostgreSQL did not stop: " + cause_in(outcome.output),
                    "`stele db logs` tells what it is doing");
    // pg_ctl waits for the lock file to go. The last processes end a moment later: until then they
    // hold the file system, which somebody may want to unmount next.
    process_left_in(data());
}

}  // namespace stele::ops
