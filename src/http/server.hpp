// The HTTP server: asynchronous at the edge, plain synchronous handlers on a worker pool.
//
// A request passes three stages, each of which may refuse it:
//   1. framing    limits and smuggling checks on the header bytes (400, 413, 431, 501)
//   2. admit()    the application sees the Head alone: authentication, route, body limit, deadline
//   3. handle()   the application sees head and body, on a worker thread (503 when the queue is
//   full)
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "http/message.hpp"

namespace stele::http {

struct Limits {
    std::size_t header_bytes = 16 * 1024;
    std::size_t connections = 1024;               // further ones are answered 503 and closed
    std::size_t requests_per_connection = 10000;  // then "Connection: close"
    std::size_t queued_requests = 256;            // waiting for a worker; past it 503, Retry-After
    std::chrono::milliseconds header_timeout{
        10000};  // from the first byte of a request to its last header
    std::chrono::milliseconds idle_timeout{60000};    // between requests of one connection
    std::chrono::milliseconds write_timeout{30000};   // per write
    std::chrono::milliseconds drain{10000};           // after stop(): how long requests may finish
    std::chrono::milliseconds sse_keep_alive{15000};  // a comment on a quiet event stream
};

// What admit() decides from the head alone.
struct Admission {
    std::optional<Response> refusal;       // answered at once; the body is not read
    std::size_t body_limit = 1024 * 1024;  // bytes; a larger body is 413
    std::chrono::milliseconds body_timeout{30000};
    std::chrono::milliseconds deadline{30000};  // becomes Request::deadline
    bool inline_handler = false;  // handle on the I/O thread: only for what never blocks (/livez)
};

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 7600;   // 0: any free port, see Server::port()
    std::size_t workers = 8;     // about the size of the database pool
    std::size_t io_threads = 1;  // one serves tens of thousands of requests a second
    Limits limits;
    std::function<Admission(const Head&)> admit;
    std::function<Response(const Request&)> handle;  // what it throws becomes problem+json
    // How a refusal of the server itself (400, 413, 431, 501, 503) or an exception looks; the
    // default is an RFC 9457 problem+json body without details.
    std::function<Response(int status, const std::string& title, const Head*)> problem;
};

struct ServerStats {
    std::size_t connections = 0;
    std::size_t queued = 0;
    std::size_t busy_workers = 0;
    std::uint64_t requests = 0;
    std::uint64_t refused_connections = 0;
    std::uint64_t refused_requests = 0;
};

class Server {
  public:
    explicit Server(
        ServerOptions options);  // binds and listens; throws Error(configuration) if it cannot
    ~Server();                   // stop() and join
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const;
    void start();  // returns at once; the server runs on threads of its own
    // Stop accepting, let requests in flight finish within limits.drain, close event streams, join.
    // Returns true when everything finished by itself. Idempotent, any thread but a handler's.
    bool stop();
    ServerStats stats() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace stele::http
