// Somebody who listens on a loopback port, speaks no HTTP of its own and remembers every byte that
// it was sent: the other side of a call that must not be made, or that answers with malice.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace stele::http::test {

class RawListener {
  public:
    // What is done with a connection after a request was read. true: again.
    using Answer = std::function<bool(RawListener&, int socket)>;

    explicit RawListener(Answer answer = [](RawListener&, int) { return false; })
        : answer_(std::move(answer)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(bind(listener_, any, size), 0);
        EXPECT_EQ(listen(listener_, 16), 0);
        EXPECT_EQ(getsockname(listener_, any, &size), 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { run(); });
    }
    RawListener(const RawListener&) = delete;
    ~RawListener() {
        stop_ = true;
        thread_.join();
        close(listener_);
    }

    int port() const { return port_; }
    std::string url(const std::string& host = "127.0.0.1") const {
        return "http://" + host + ":" + std::to_string(port_);
    }
    bool stopped() const { return stop_; }
    int connections() const { return connections_; }
    std::string received() const {
        const std::lock_guard lock(mutex_);
        return received_;
    }
    static bool say(int socket, const std::string& text) {
        return send(socket, text.data(), text.size(), MSG_NOSIGNAL) == ssize_t(text.size());
    }

  private:
    void run() {
        while (!stop_) {
            pollfd waiting{listener_, POLLIN, 0};
            if (poll(&waiting, 1, 20) <= 0) continue;
            const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (socket < 0) continue;
            ++connections_;
            const timeval second{1, 0};
            setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
            setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof second);
            while (!stop_ && read_request(socket) && answer_(*this, socket)) {
            }
            close(socket);
        }
    }
    bool read_request(int socket) {
        std::string head;
        while (!head.ends_with("\r\n\r\n"))
            if (!read_byte(socket, head)) return false;
        constexpr std::string_view kLength = "Content-Length: ";
        const auto at = head.find(kLength);
        // What is left unread would make closing reset the answer.
        std::string body;
        for (std::size_t left = at == head.npos ? 0 : std::stoul(head.substr(at + kLength.size()));
             left > 0; --left)
            if (!read_byte(socket, body)) return false;
        return true;
    }
    bool read_byte(int socket, std::string& text) {
        char byte = 0;
        if (recv(socket, &byte, 1, 0) != 1) return false;
        text += byte;
        const std::lock_guard lock(mutex_);
        received_ += byte;
        return true;
    }

    Answer answer_;
    int listener_;
    int port_ = 0;
    std::atomic<bool> stop_ = false;
    std::atomic<int> connections_ = 0;
    mutable std::mutex mutex_;
    std::string received_;
    std::thread thread_;
};

// Each with the headers of a body that never ends; `pause` between the pieces.
inline RawListener::Answer endless(std::string piece, std::chrono::milliseconds pause = {}) {
    return [=](RawListener& self, int socket) {
        RawListener::say(socket, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");
        while (!self.stopped() && RawListener::say(socket, piece))
            std::this_thread::sleep_for(pause);
        return false;
    };
}

inline RawListener::Answer answers(std::string text) {
    return [=](RawListener&, int socket) {
        RawListener::say(socket, text);
        return false;
    };
}

inline std::string reply_with(const std::string& status, const std::string& headers,
                              const std::string& body) {
    return "HTTP/1.1 " + status + "\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" +
           body;
}

}  // namespace stele::http::test
