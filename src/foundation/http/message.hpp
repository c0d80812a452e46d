// Plain HTTP messages: what the rest of Stele sees of HTTP. No Boost.Beast in here.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stele::http {

struct Header {
    std::string name;
    std::string value;
};

// The request line and the headers, as they arrived before the body. Trailers are never merged in.
// Text is as the client sent it: free of NUL, not necessarily UTF-8.
struct Head {
    std::string method;  // upper case
    std::string target;  // as sent: path and query (of an absolute URL, without scheme and host)
    std::string path;    // percent-decoded, without the query; starts with "/", or is "*"
    std::vector<std::pair<std::string, std::string>> query;  // percent-decoded, in order
    std::vector<Header> headers;                             // in order, values trimmed
    std::string remote_address;                              // "127.0.0.1"
    std::string request_id;  // the caller's X-Request-Id when it is well-formed, else a new one

    // The first header of that name (case-insensitive), or nothing.
    std::optional<std::string_view> header(std::string_view name) const;
    std::optional<std::string_view> query_value(std::string_view name) const;
};

struct Request {
    Head head;
    std::string body;
    std::chrono::steady_clock::time_point deadline;  // when the answer must be on its way
    std::chrono::steady_clock::time_point arrived;   // when its last byte was here
    bool again = false;  // it was handled before, and there was nothing to say yet (Later)
};

// There is nothing to say yet. The server keeps the connection, without a worker, and handles the
// request once more when it is told to, or at `again`; not at all when the client goes away. When
// the server stops meanwhile, the response is sent as it is.
struct Later {
    std::chrono::steady_clock::time_point again;
    // Is given what to call, once, on any thread, when it is worth handling the request again. What
    // it returns is dropped when nobody waits any more.
    std::function<std::shared_ptr<void>(std::function<void()>)> listen;
};

class EventChannel;

// What the server writes by itself and refuses in `headers`: Content-Length, Content-Type,
// Connection, Transfer-Encoding, X-Request-Id, X-Content-Type-Options. A name that is no token or a
// value with a control character is our bug and becomes a 500.
struct Response {
    int status = 200;                               // 200–599
    std::string content_type = "application/json";  // empty: none
    std::vector<Header> headers;
    std::string body;
    // When set, `body` is ignored and the response is a Server-Sent-Events stream fed by the
    // channel.
    std::shared_ptr<EventChannel> events;
    std::shared_ptr<const Later> later;
};

// A server-sent event. An empty `event` leaves the field out (the client sees "message").
struct Event {
    std::string id;                      // one line; empty: none
    std::string event;                   // one line
    std::string data;                    // any number of lines
    std::chrono::milliseconds retry{0};  // how long the client waits to reconnect; 0: unsaid
};

// A bounded queue between any thread (push, close) and the one HTTP session that writes the events.
// push() after close() or when the client has gone returns false; so does a full queue, whose
// stream is then closed: a subscriber that does not read is dropped, never waited for.
// One channel feeds one response.
class EventChannel {
  public:
    // What may wait to be written: this many events, or this many bytes and one more event.
    static constexpr std::size_t kQueuedEvents = 1024;
    static constexpr std::size_t kQueuedBytes = 1024 * 1024;

    virtual ~EventChannel() = default;
    // Throws Error(invalid_argument) when id or event holds a line break or NUL.
    virtual bool push(Event event) = 0;
    // Events as text_of() made them, for many channels at once; counts as one.
    virtual bool push_text(std::string_view text) = 0;
    virtual std::size_t waiting() const = 0;  // bytes that are not taken yet
    virtual void close() = 0;  // what is queued is still written, then the stream ends
    virtual bool closed() const = 0;
    // Called once, on any thread, when the stream has ended for whatever reason; at once when it
    // has ended already. Must not throw.
    virtual void on_close(std::function<void()> callback) = 0;

    static std::shared_ptr<EventChannel> make();
    // An event as it goes over the wire. Throws as push() does.
    static std::string text_of(const Event& event);
};

}  // namespace stele::http
