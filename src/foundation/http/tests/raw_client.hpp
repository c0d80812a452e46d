// A client that sends the bytes it is given and reads what comes back: nothing is repaired on the
// way.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace stele::http::test {

struct Reply {
    int status = 0;  // 0: nothing came, or no whole answer
    std::string head;
    std::string body;

    // The value of a header, by its exact name.
    std::optional<std::string> header(std::string_view name) const {
        const std::string field = "\r\n" + std::string(name) + ": ";
        const std::size_t at = head.find(field);
        if (at == std::string::npos) return std::nullopt;
        const std::size_t start = at + field.size();
        return head.substr(start, head.find("\r\n", start) - start);
    }
};

class RawClient {
  public:
    // A read that takes longer than this fails the test instead of hanging it.
    static constexpr int kPatienceSeconds = 20;

    explicit RawClient(std::uint16_t port, int receive_buffer = 0) {
        fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval patience{kPatienceSeconds, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        if (receive_buffer > 0)
            ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        const int on = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        EXPECT_TRUE(connected_) << "connect: errno " << errno;
    }
    ~RawClient() { close(); }
    RawClient(RawClient&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)),
          connected_(other.connected_),
          input_(std::move(other.input_)) {}
    RawClient& operator=(RawClient&&) = delete;

    // False when the server has closed the connection.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(std::size_t(sent));
        }
        return true;
    }

    // Reads one answer. Of an event stream only the head is read: go on with read_until().
    Reply read_reply(bool to_head_request = false) {
        Reply reply;
        reply.head = read_until("\r\n\r\n");
        if (!reply.head.ends_with("\r\n\r\n")) return reply;
        if (reply.head.rfind("HTTP/1.1 ", 0) == 0 || reply.head.rfind("HTTP/1.0 ", 0) == 0)
            reply.status = std::atoi(reply.head.c_str() + 9);
        const auto length = reply.header("Content-Length");
        if (!length || to_head_request) return reply;
        const std::size_t bytes = std::strtoull(length->c_str(), nullptr, 10);
        while (input_.size() < bytes && receive()) {
        }
        reply.body = take(std::min(bytes, input_.size()));
        if (reply.body.size() < bytes) reply.status = 0;
        return reply;
    }

    Reply ask(std::string_view bytes) {
        send(bytes);
        return read_reply();
    }

    // Everything up to and with `mark`; less when the connection ends first.
    std::string read_until(std::string_view mark) {
        std::size_t at = 0;
        while ((at = input_.find(mark)) == std::string::npos)
            if (!receive()) return take(input_.size());
        return take(at + mark.size());
    }

    // Everything until the server closes.
    std::string read_to_end() {
        while (receive()) {
        }
        return take(input_.size());
    }

    // The server has closed the connection in good order and sent nothing more.
    bool ended() {
        const bool quiet = !receive() && input_.empty();
        return quiet && end_errno_ == 0;
    }
    int end_errno() const { return end_errno_; }  // 0 after a FIN, ECONNRESET after a reset

    void shutdown_write() { ::shutdown(fd_, SHUT_WR); }
    void close() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }
    // Vanishes with a reset instead of an orderly close.
    void reset() {
        const linger hard{1, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close();
    }
    int fd() const { return fd_; }

  private:
    bool receive() {
        char bytes[16384];
        const ssize_t got = ::recv(fd_, bytes, sizeof bytes, 0);
        if (got > 0) input_.append(bytes, std::size_t(got));
        end_errno_ = got < 0 ? errno : 0;
        EXPECT_NE(end_errno_, EAGAIN) << "the server neither answered nor closed";
        return got > 0;
    }

    std::string take(std::size_t bytes) {
        std::string out = input_.substr(0, bytes);
        input_.erase(0, bytes);
        return out;
    }

    int fd_ = -1;
    bool connected_ = false;
    int end_errno_ = 0;
    std::string input_;
};

}  // namespace stele::http::test
