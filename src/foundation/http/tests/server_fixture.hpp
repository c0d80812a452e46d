// A server on a free loopback port, with a handler that a test can see into.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "foundation/http/server.hpp"
#include "raw_client.hpp"

namespace stele::http::test {

using namespace std::chrono_literals;

// A door that handlers wait at until the test opens it.
class Gate {
  public:
    void wait() const { opened_.wait(); }
    void open() { promise_.set_value(); }

  private:
    std::promise<void> promise_;
    std::shared_future<void> opened_{promise_.get_future()};
};

// Waits for what another thread is about to do; false when it takes more than 10 seconds.
inline bool eventually(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(1ms);
    }
    return true;
}

class ServerTest : public ::testing::Test {
  protected:
    ServerTest() {
        options.port = 0;
        options.workers = 2;
        options.handle = [](const Request& request) {
            return Response{.content_type = "text/plain", .body = request.body};
        };
    }

    // Starts the server with `options`; the handler's calls are counted in `handled`.
    void start() {
        options.handle = [this, inner = options.handle](const Request& request) {
            ++handled;
            return inner(request);
        };
        server = std::make_unique<Server>(options);
        server->start();
    }
    RawClient connect() const { return RawClient(server->port()); }

    std::atomic<int> handled = 0;
    ServerOptions options;
    std::unique_ptr<Server> server;  // last: its threads use the rest
};

inline std::string get(const std::string& path, const std::string& more = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: test\r\n" + more + "\r\n";
}

inline std::string post(const std::string& path, const std::string& body,
                        const std::string& more = "") {
    return "POST " + path +
           " HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           more + "\r\n" + body;
}

inline std::string chunked(const std::string& path, const std::string& chunks,
                           const std::string& more = "") {
    return "POST " + path + " HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n" + more +
           "\r\n" + chunks;
}

}  // namespace stele::http::test
