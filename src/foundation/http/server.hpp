// The HTTP server: asynchronous at the edge, plain synchronous handlers on a worker pool.
//
// A request passes three stages, each of which may refuse it:
//   1. framing    limits and smuggling checks on the head (400, 408, 413, 417, 431, 501, 505)
//   2. admit()    the application sees the Head alone: authentication, route, body limit, deadline
//   3. handle()   the application sees head and body, on a worker thread (503: the queue is full)
// A refusal of stage 1 closes the connection: nobody can say where its next request would begin.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "foundation/http/message.hpp"

namespace stele::http {

// Timeouts are kept to within an eighth of the shortest of them, at worst a quarter of a second.
struct Limits {
    std::size_t header_bytes = 16 * 1024;         // request line and headers; past it 431
    std::size_t connections = 1024;               // further ones are answered 503 and closed
    std::size_t requests_per_connection = 10000;  // then "Connection: close"
    std::size_t queued_requests = 256;            // waiting for a worker; past it 503, Retry-After
    std::chrono::milliseconds header_timeout{10000};  // first byte of a request to its last header
    std::chrono::milliseconds idle_timeout{60000};    // between requests of one connection
    std::chrono::milliseconds write_timeout{30000};   // for every 64 KiB that a client must take
    std::chrono::milliseconds drain{10000};           // after stop(): how long requests may finish
    std::chrono::milliseconds sse_keep_alive{15000};  // a comment on a quiet event stream
};

// What admit() decides from the head alone.
struct Admission {
    // Answered at once; the body is not read, so a request that has one usually costs its
    // connection.
    std::optional<Response> refusal;
    std::size_t body_limit = 1024 * 1024;           // bytes; a larger body is 413
    std::chrono::milliseconds body_timeout{30000};  // for the whole body; past it 408
    std::chrono::milliseconds deadline{30000};      // from the last byte; becomes Request::deadline
    bool inline_handler = false;  // handle on the I/O thread: only for what never blocks (/livez)
};

struct ServerOptions {
    std::string address = "127.0.0.1";  // an IP address, not a name
    std::uint16_t port = 7600;          // 0: any free port, see Server::port()
    std::size_t workers = 8;            // about the size of the database pool
    std::size_t io_threads = 1;         // one serves tens of thousands of requests a second
    Limits limits;
    std::function<Admission(const Head&)> admit;     // on an I/O thread: must not block
    std::function<Response(const Request&)> handle;  // required
    // How a refusal of the server itself or an exception looks; nullptr when the head was never
    // understood. Unset, it is problem+json (problem.hpp): an Error with all that it says, anything
    // else as a 500 whose words go to the log alone.
    std::function<Response(int status, const std::string& title, const Head*)> problem;
};

struct ServerStats {
    std::size_t connections = 0;  // open and served
    std::size_t queued = 0;       // requests waiting for a worker
    std::size_t busy_workers = 0;
    std::uint64_t requests = 0;             // whose head was understood
    std::uint64_t refused_connections = 0;  // over Limits::connections
    std::uint64_t refused_requests = 0;     // answered by the server itself
};

class Server {
  public:
    // Binds and listens; throws Error(configuration) if it cannot.
    explicit Server(ServerOptions options);
    ~Server();  // stop()
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const;
    // Returns at once; the server runs on threads of its own. Raises the soft limit of open files
    // to the hard one.
    void start();
    // Stop accepting, let requests in flight finish within limits.drain, close event streams, join.
    // Returns true when everything finished by itself; otherwise connections were cut, and only
    // handlers that still ran were waited for: a thread cannot be killed, so a handler must keep
    // its own deadline. Idempotent, any thread but a handler's.
    bool stop();
    ServerStats stats() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace stele::http
