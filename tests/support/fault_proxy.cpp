#include "support/fault_proxy.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <list>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "foundation/pg/conninfo.hpp"

namespace stele::testing {

namespace {

using Clock = std::chrono::steady_clock;

struct Chunk {
    Clock::time_point due;
    std::string bytes;
};

// One direction of a connection: what was read and is still to be written.
struct Way {
    int from = -1;
    int to = -1;
    bool answers = false;  // from the server to the client
    std::deque<Chunk> waiting;
    bool closed = false;  // the reader's side has ended
};

struct Connection {
    Way request, answer;
    std::int64_t budget = -1;  // answer bytes until the cut
    bool dead = false;
};

constexpr std::size_t kMaxWaiting = 64;  // chunks, then the sender waits too

int listen_on(int port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int yes = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(std::uint16_t(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(fd, 64) != 0)
        throw std::runtime_error("the fault proxy cannot listen");
    return fd;
}

int port_of(int fd) {
    sockaddr_in address{};
    socklen_t length = sizeof address;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
    return ntohs(address.sin_port);
}

// A reset, as a crashed machine or a firewall would send, rather than a polite end.
void reset(int fd) {
    const linger now{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(fd);
}

}  // namespace

class FaultProxy::Loop {
  public:
    explicit Loop(const pg::ConnInfo& server)
        : host_(server.get("host")), server_port_(std::stoi(server.get("port"))) {
        listener_ = listen_on(0);
        port_ = port_of(listener_);
        wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        thread_ = std::thread([this] { run(); });
    }

    ~Loop() {
        change([&] { stopping_ = true; });
        thread_.join();
        for (Connection& connection : connections_) close(connection);
        if (listener_ >= 0) ::close(listener_);
        ::close(wake_);
    }

    // Runs `change` while the loop stands still, and returns when the loop has acted on it.
    template <class Change>
    void change(Change apply) {
        {
            const std::lock_guard lock(mutex_);
            apply();
            reap();
        }
        const std::uint64_t one = 1;
        (void)!::write(wake_, &one, sizeof one);
    }

    void cut_all() {
        for (Connection& connection : connections_) connection.dead = true;
    }
    void set_refusing(bool on) {
        if (on && listener_ >= 0) {
            ::close(listener_);
            listener_ = -1;
        } else if (!on && listener_ < 0) {
            listener_ = listen_on(port_);
        }
    }
    void set_budget(std::int64_t bytes) {
        budget_ = bytes;
        for (Connection& connection : connections_) connection.budget = bytes;
    }

    std::mutex mutex_;
    std::list<Connection> connections_;
    std::chrono::milliseconds delay_{0};
    bool blackhole_ = false;
    bool stopping_ = false;
    int accepted_ = 0;
    int port_ = 0;

  private:
    void run() {
        for (;;) {
            std::vector<pollfd> fds;
            int timeout = 0;
            {
                const std::lock_guard lock(mutex_);
                if (stopping_) return;
                fds = interests();
                timeout = time_to_next();
            }
            ::poll(fds.data(), fds.size(), timeout);
            const std::lock_guard lock(mutex_);
            std::uint64_t ignored;
            (void)!::read(wake_, &ignored, sizeof ignored);
            accept_new();
            for (Connection& connection : connections_) {
                move(connection, connection.request);
                move(connection, connection.answer);
            }
            reap();
        }
    }

    std::vector<pollfd> interests() {
        std::vector<pollfd> fds{{wake_, POLLIN, 0}};
        if (listener_ >= 0) fds.push_back({listener_, POLLIN, 0});
        const auto now = Clock::now();
        for (Connection& connection : connections_)
            for (Way* way : {&connection.request, &connection.answer}) {
                if (!way->closed && way->waiting.size() < kMaxWaiting)
                    fds.push_back({way->from, POLLIN, 0});
                if (!way->waiting.empty() && way->waiting.front().due <= now)
                    fds.push_back({way->to, POLLOUT, 0});
            }
        return fds;
    }

    int time_to_next() {
        auto next = Clock::now() + std::chrono::hours(1);
        for (Connection& connection : connections_)
            for (Way* way : {&connection.request, &connection.answer})
                if (!way->waiting.empty()) next = std::min(next, way->waiting.front().due);
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(next - Clock::now()).count();
        return int(std::max<std::int64_t>(left + 1, 1));
    }

    void accept_new() {
        while (listener_ >= 0) {
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
            if (client < 0) return;
            ++accepted_;
            const int server = connect_to_server();
            if (server < 0) {
                reset(client);
                continue;
            }
            connections_.push_back({{client, server, false, {}, false},
                                    {server, client, true, {}, false},
                                    budget_,
                                    false});
        }
    }

    int connect_to_server() const {
        int fd = -1;
        int outcome = -1;
        if (host_.starts_with('/')) {
            sockaddr_un address{};
            address.sun_family = AF_UNIX;
            const std::string path = fmt::format("{}/.s.PGSQL.{}", host_, server_port_);
            path.copy(address.sun_path, sizeof address.sun_path - 1);
            fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
            outcome = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
        } else {
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_port = htons(std::uint16_t(server_port_));
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            outcome = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
        }
        if (outcome != 0) {
            ::close(fd);
            return -1;
        }
        ::fcntl(fd, F_SETFL, O_NONBLOCK);
        return fd;
    }

    void move(Connection& connection, Way& way) {
        if (connection.dead) return;
        read_some(connection, way);
        write_due(connection, way);
        if (way.closed && way.waiting.empty()) connection.dead = true;
    }

    void read_some(Connection& connection, Way& way) {
        std::array<char, 16384> buffer;
        while (!way.closed && way.waiting.size() < kMaxWaiting) {
            const ssize_t n = ::recv(way.from, buffer.data(), buffer.size(), 0);
            if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
            if (n <= 0) {
                way.closed = true;
            } else if (!blackhole_) {
                std::size_t size = std::size_t(n);
                if (way.answers && connection.budget >= 0) {
                    size = std::min(size, std::size_t(connection.budget));
                    connection.budget -= std::int64_t(size);
                    way.closed = connection.budget == 0;
                }
                const auto due = Clock::now() + (way.answers ? delay_ : delay_ * 0);
                way.waiting.push_back({due, std::string(buffer.data(), size)});
            }
        }
    }

    void write_due(Connection& connection, Way& way) {
        while (!way.waiting.empty() && way.waiting.front().due <= Clock::now()) {
            std::string& bytes = way.waiting.front().bytes;
            const ssize_t n = ::send(way.to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
            if (n < 0) {
                connection.dead = true;
                return;
            }
            bytes.erase(0, std::size_t(n));
            if (bytes.empty()) way.waiting.pop_front();
        }
    }

    void reap() {
        connections_.remove_if([&](Connection& connection) {
            if (connection.dead) close(connection);
            return connection.dead;
        });
    }

    // The client of a whole answer gets a polite end; one that was cut gets a reset.
    static void close(Connection& connection) {
        const bool ended = connection.answer.closed && connection.answer.waiting.empty();
        ended ? (void)::close(connection.request.from) : reset(connection.request.from);
        ::close(connection.request.to);
    }

    std::string host_;
    int server_port_;
    int listener_ = -1;
    int wake_ = -1;
    std::int64_t budget_ = -1;
    std::thread thread_;
};

FaultProxy::FaultProxy(const std::string& url)
    : loop_(std::make_unique<Loop>(pg::ConnInfo::parse(url))) {
    const pg::ConnInfo server = pg::ConnInfo::parse(url);
    const std::string password = server.get("password");
    url_ = fmt::format("postgresql://{}{}@127.0.0.1:{}/{}", server.get("user"),
                       password.empty() ? "" : ":" + password, loop_->port_, server.get("dbname"));
}

FaultProxy::~FaultProxy() = default;

std::string FaultProxy::url() const {
    return url_;
}
int FaultProxy::port() const {
    return loop_->port_;
}

void FaultProxy::cut() {
    loop_->change([&] { loop_->cut_all(); });
}
void FaultProxy::refuse(bool on) {
    loop_->change([&] { loop_->set_refusing(on); });
}
void FaultProxy::blackhole(bool on) {
    loop_->change([&] { loop_->blackhole_ = on; });
}
void FaultProxy::delay(std::chrono::milliseconds time) {
    loop_->change([&] { loop_->delay_ = time; });
}
void FaultProxy::cut_after(std::int64_t bytes) {
    loop_->change([&] { loop_->set_budget(bytes); });
}
int FaultProxy::connections() const {
    const std::lock_guard lock(loop_->mutex_);
    return int(loop_->connections_.size());
}
int FaultProxy::accepted() const {
    const std::lock_guard lock(loop_->mutex_);
    return loop_->accepted_;
}

}  // namespace stele::testing
