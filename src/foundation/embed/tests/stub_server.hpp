// A small real HTTP server on loopback: one thread, one reply a connection, scripted by a function.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace stele::embed {

struct StubRequest {
    std::string head;  // request line and header lines
    std::string body;
};

struct StubReply {
    int status = 200;
    std::string body;
    std::string headers{};               // "Name: value\r\n", any number
    std::chrono::milliseconds delay{0};  // before the reply
    bool hang_up = false;                // close without a reply
};

class StubServer {
  public:
    using Handler = std::function<StubReply(const StubRequest&, int number)>;  // number from 0

    explicit StubServer(Handler handler) : handler_(std::move(handler)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* where = reinterpret_cast<sockaddr*>(&address);
        if (listener_ < 0 || ::bind(listener_, where, size) != 0 || ::listen(listener_, 16) != 0 ||
            ::getsockname(listener_, where, &size) != 0)
            throw std::runtime_error("cannot listen on loopback");
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }

    ~StubServer() {
        stopping_ = true;
        ::shutdown(listener_, SHUT_RDWR);  // wakes accept()
        thread_.join();
        ::close(listener_);
    }

    StubServer(const StubServer&) = delete;
    StubServer& operator=(const StubServer&) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

    std::vector<StubRequest> requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

  private:
    void serve() {
        while (!stopping_) {
            const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (connection < 0) continue;
            answer(connection);
            ::close(connection);
        }
    }

    void answer(int connection) {
        const StubRequest request = read_request(connection);
        int number = 0;
        {
            const std::lock_guard lock(mutex_);
            number = static_cast<int>(requests_.size());
            requests_.push_back(request);
        }
        const StubReply reply = handler_(request, number);
        const auto until = std::chrono::steady_clock::now() + reply.delay;
        while (!stopping_ && std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        if (reply.hang_up) return;
        const std::string text =
            "HTTP/1.1 " + std::to_string(reply.status) + " X\r\n" + reply.headers +
            "Connection: close\r\nContent-Length: " + std::to_string(reply.body.size()) +
            "\r\n\r\n" + reply.body;
        for (std::size_t sent = 0; sent < text.size();) {
            const ssize_t n =
                ::send(connection, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
            if (n <= 0) return;
            sent += static_cast<std::size_t>(n);
        }
    }

    static StubRequest read_request(int connection) {
        StubRequest request;
        std::string text;
        char buffer[4096];
        std::size_t end = std::string::npos, length = 0;
        while (end == std::string::npos || text.size() < end + 4 + length) {
            const ssize_t n = ::recv(connection, buffer, sizeof buffer, 0);
            if (n <= 0) break;
            text.append(buffer, static_cast<std::size_t>(n));
            if (end != std::string::npos) continue;
            end = text.find("\r\n\r\n");
            const std::size_t at = text.find("Content-Length: ");
            if (end != std::string::npos && at < end) length = std::stoul(text.substr(at + 16));
        }
        if (end == std::string::npos) return request;
        request.head = text.substr(0, end);
        request.body = text.substr(end + 4);
        return request;
    }

    Handler handler_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_;
    std::vector<StubRequest> requests_;
    std::thread thread_;
};

}  // namespace stele::embed
