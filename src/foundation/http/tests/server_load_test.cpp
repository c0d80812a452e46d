// Many connections at once. The clients are a process of their own: both ends of ten thousand
// connections would need twice the descriptors.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "server_fixture.hpp"

namespace stele::http::test {
namespace {

constexpr std::size_t kReserve = 200;  // descriptors for everything but the connections

std::size_t descriptors() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_max;
}

std::size_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::size_t all = 0;
    std::size_t resident = 0;
    file >> all >> resident;
    return resident * std::size_t(::sysconf(_SC_PAGESIZE));
}

struct Tally {
    std::uint32_t served = 0;
    std::uint32_t refused = 0;
    std::uint32_t broken = 0;
};

// One request on every connection; the sending is done before the first answer is read.
Tally round(std::vector<RawClient>& clients) {
    Tally tally;
    for (RawClient& client : clients) client.send(get("/x"));
    for (RawClient& client : clients) {
        const int status = client.read_reply().status;
        ++(status == 200 ? tally.served : status == 503 ? tally.refused : tally.broken);
    }
    return tally;
}

// Forks before the server has threads; opens `count` connections once it is told the port, then
// does a round of requests each time it is told to.
class Crowd {
  public:
    explicit Crowd(std::size_t count) {
        EXPECT_EQ(::pipe(to_child_), 0);
        EXPECT_EQ(::pipe(to_parent_), 0);
        child_ = ::fork();
        if (child_ == 0) ::_exit(run(count));
        ::close(to_child_[0]);
        ::close(to_parent_[1]);
    }
    ~Crowd() { leave(); }

    void leave() {
        if (child_ == -1) return;
        ::close(to_child_[1]);
        ::close(to_parent_[0]);
        int status = 0;
        EXPECT_EQ(::waitpid(child_, &status, 0), child_);
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        child_ = -1;
    }

    Tally ask(std::uint16_t port) {
        Tally tally;
        EXPECT_EQ(::write(to_child_[1], &port, sizeof port), ssize_t(sizeof port));
        EXPECT_EQ(::read(to_parent_[0], &tally, sizeof tally), ssize_t(sizeof tally));
        return tally;
    }

  private:
    int run(std::size_t count) {
        ::close(to_child_[1]);
        ::close(to_parent_[0]);
        std::vector<RawClient> clients;
        clients.reserve(count);
        std::uint16_t port = 0;
        while (::read(to_child_[0], &port, sizeof port) == ssize_t(sizeof port)) {
            while (clients.size() < count) clients.emplace_back(port);
            const Tally tally = round(clients);
            if (::write(to_parent_[1], &tally, sizeof tally) != ssize_t(sizeof tally)) return 1;
        }
        // Resets leave no connection in TIME_WAIT behind, and are the rudest way to go.
        for (RawClient& client : clients) client.reset();
        return 0;
    }

    int to_child_[2]{};
    int to_parent_[2]{};
    pid_t child_ = -1;
};

class ServerLoad : public ServerTest {};

TEST_F(ServerLoad, ServesTenThousandConnectionsAtOnce) {
    const std::size_t count = std::min<std::size_t>(10000, descriptors() - kReserve);
    Crowd crowd(count);
    options.limits.connections = count;
    options.limits.queued_requests = count;  // they all ask at the same time
    start();
    const std::size_t before = resident_bytes();
    const Tally first = crowd.ask(server->port());
    EXPECT_EQ(first.served, count);
    EXPECT_EQ(server->stats().connections, count);
    const std::size_t each = (resident_bytes() - before) / count;
    std::printf("%zu connections, %zu bytes of memory each while idle\n", count, each);
    RecordProperty("connections", std::to_string(count));
    RecordProperty("bytes_per_idle_connection", std::to_string(each));
#ifndef STELE_SANITIZED
    EXPECT_LT(each, 4096u);
#endif
    EXPECT_EQ(crowd.ask(server->port()).served, count) << "and once more on the same ones";
    EXPECT_EQ(handled, int(2 * count));
    crowd.leave();
    EXPECT_TRUE(eventually([&] { return server->stats().connections == 0; }));
}

TEST_F(ServerLoad, TheDefaultCapTurnsTheSurplusAwayAndServesTheRest) {
    const std::size_t cap = options.limits.connections;
    constexpr std::size_t kExtra = 400;
    ASSERT_GT(descriptors(), cap + kExtra + kReserve);
    Crowd crowd(cap + kExtra);
    options.limits.queued_requests = cap;
    start();
    const Tally first = crowd.ask(server->port());
    EXPECT_EQ(first.served, cap);
    EXPECT_EQ(first.refused, kExtra);
    EXPECT_EQ(first.broken, 0u);
    const Tally second = crowd.ask(server->port());
    EXPECT_EQ(second.served, cap) << "those inside keep working";
    EXPECT_EQ(second.broken, kExtra) << "the others were closed";
    EXPECT_EQ(server->stats().refused_connections, kExtra);
}

}  // namespace
}  // namespace stele::http::test
