// Plain HTTP messages: what the rest of Stele sees of HTTP. No Boost.Beast in here.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stele::http {

struct Header {
    std::string name;
    std::string value;
};

// The request line and the headers, as they arrived before the body. Trailers are never merged in.
struct Head {
    std::string method;  // upper case
    std::string target;  // as sent: path and query
    std::string path;    // percent-decoded, without the query
    std::vector<std::pair<std::string, std::string>> query;  // percent-decoded, in order
    std::vector<Header> headers;
    std::string remote_address;  // "127.0.0.1"
    std::string request_id;      // the caller's X-Request-Id when it is well-formed, else a new one

    // The first header of that name (case-insensitive), or nothing.
    std::optional<std::string_view> header(std::string_view name) const;
    std::optional<std::string_view> query_value(std::string_view name) const;
};

struct Request {
    Head head;
    std::string body;
    std::chrono::steady_clock::time_point deadline;  // when the answer must be on its way
};

class EventChannel;

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::vector<Header> headers;
    std::string body;
    // When set, `body` is ignored and the response is a Server-Sent-Events stream fed by the channel.
    std::shared_ptr<EventChannel> events;
};

// A server-sent event. An empty `event` leaves the field out (the client sees "message").
struct Event {
    std::string id;
    std::string event;
    std::string data;
};

// A bounded queue between any thread (push, close) and the one HTTP session that writes the events.
// push() after close() or when the client has gone returns false; so does a full queue, whose
// stream is then closed: a subscriber that does not read is dropped, never waited for.
class EventChannel {
  public:
    virtual ~EventChannel() = default;
    virtual bool push(Event event) = 0;
    virtual void close() = 0;
    virtual bool closed() const = 0;
    // Called once, on any thread, when the stream has ended for whatever reason.
    virtual void on_close(std::function<void()> callback) = 0;

    static std::shared_ptr<EventChannel> make();
};

}  // namespace stele::http
