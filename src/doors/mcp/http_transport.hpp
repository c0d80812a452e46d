// MCP over streamable HTTP: one endpoint, POST for messages, GET for what the server has to say by
// itself or to resume a stream, DELETE to end a session.
//
// A call that is done quickly is answered with plain JSON. A call that takes longer, reports
// progress or asks the client something is answered with an event stream, and the HTTP worker is
// free again: calls run on threads of the transport.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "doors/mcp/pool.hpp"
#include "doors/mcp/session.hpp"
#include "doors/mcp/session_id.hpp"
#include "doors/mcp/streams.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/http/message.hpp"

namespace stele::mcp {

class HttpSession;

struct HttpOptions {
    std::size_t sessions = 1000;  // past it the longest idle one ends; if none is idle, 503
    std::chrono::milliseconds session_idle{30 * 60'000};  // then its memory is needed no longer
    // Signs the ids of sessions: servers with the same go on with each other's, also after a
    // restart. What a session keeps beside that (subscriptions, its log level, streams) stays here.
    std::string session_key;
    std::size_t workers = 8;                   // calls that run at once
    std::size_t queue = 256;                   // calls that wait for a worker
    std::chrono::milliseconds json_wait{250};  // how long a POST waits before it becomes a stream
    std::chrono::milliseconds answer_wait = limits::kDeadline;  // of a client that takes no stream
    StreamOptions streams;
    SessionOptions session;
    std::function<std::chrono::steady_clock::time_point()> clock = std::chrono::steady_clock::now;
};

class HttpTransport {
  public:
    // Throws Error(configuration) for tools (HttpOptions::session) that are not there.
    HttpTransport(std::shared_ptr<const Catalog> catalog, HttpOptions options);
    ~HttpTransport();  // stop()

    // Any thread, many at once. `caller` is whom the application authenticated, with the tenant
    // that this request is about: a session belongs to the principal and the tenant that opened it
    // and does not exist for others. It ends when its client ends it (DELETE).
    http::Response handle(const http::Request& request, const runtime::Caller& caller = {});

    // Cancels all calls, ends all streams, waits for the threads. Idempotent.
    void stop();
    std::size_t sessions() const;

  private:
    using SessionPtr = std::shared_ptr<HttpSession>;

    http::Response dispatch(const http::Request& request, const runtime::Caller& caller);
    http::Response post(const http::Request& request, const runtime::Caller& caller);
    http::Response get(const http::Request& request, const runtime::Caller& caller);
    http::Response end(const http::Request& request, const runtime::Caller& caller);
    SessionPtr session_for(const http::Request& request, const runtime::Caller& caller,
                           Negotiated negotiated) const;
    http::Response open(const http::Request& request, const json::value& message,
                        const runtime::Caller& caller);
    http::Response answer(const SessionPtr& session, const http::Request& request,
                          const runtime::Caller& caller, const json::value& message);
    // One that is not held here, or not any more. Null, and then `refusal` says why.
    SessionPtr go_on_with(std::string_view id, const http::Request& request,
                          const runtime::Caller& caller, http::Response& refusal);
    // Null, and then `refusal` says why.
    SessionPtr find(const http::Request& request, const runtime::Caller& caller,
                    http::Response& refusal);
    bool expired(const HttpSession& session) const;
    bool add(const SessionPtr& session);  // false when there is no room
    void remove(const SessionPtr& session);

    const std::shared_ptr<const Catalog> catalog_;
    const HttpOptions options_;
    const SessionIds ids_;
    mutable std::mutex mutex_;
    std::map<std::string, SessionPtr, std::less<>> sessions_;
    std::deque<std::string> ended_;  // ids of the last that their clients ended
    bool stopped_ = false;
    Pool pool_;
};

}  // namespace stele::mcp
