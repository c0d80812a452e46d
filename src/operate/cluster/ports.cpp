#include "operate/cluster/ports.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "foundation/base/error.hpp"

namespace stele::ops {

namespace {

constexpr int kNearby = 60;  // ports after the default one

// Binds as the server would; answers the port that was taken, or 0.
int try_port(int port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return 0;
    const int yes = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(std::uint16_t(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    const bool bound = ::bind(fd, generic, length) == 0 && ::listen(fd, 1) == 0 &&
                       ::getsockname(fd, generic, &length) == 0;
    ::close(fd);
    return bound ? ntohs(address.sin_port) : 0;
}

}  // namespace

bool port_is_free(int port) {
    return try_port(port) == port;
}

int other_free_port(const std::vector<int>& not_these) {
    const auto wanted = [&](int port) {
        return std::ranges::find(not_these, port) == not_these.end();
    };
    for (int port = kDefaultPort + 1; port <= kDefaultPort + kNearby; ++port)
        if (wanted(port) && port_is_free(port)) return port;
    if (const int any = try_port(0); any > 0 && wanted(any)) return any;
    throw Error(Code::unavailable, "there is no free port on 127.0.0.1",
                "free one, and name it with --port");
}

}  // namespace stele::ops
