// The event streams of one HTTP session, and the memory of what was sent on them, so that a client
// whose connection broke can resume where it was.
//
// A stream lives longer than a connection: an answer is written to its stream, and whichever
// connection carries the stream at that moment gets it. Stream 0 belongs to no request (GET); each
// POST that is answered by a stream opens another. An event's id is "<stream>-<number>".
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "foundation/http/message.hpp"

namespace stele::mcp {

struct StreamOptions {
    // What is kept for resumption, over all streams of the session; the oldest goes first. A replay
    // must fit the queue of an EventChannel, or no client could ever catch up.
    std::size_t kept_events = 256;
    std::size_t kept_bytes = http::EventChannel::kQueuedBytes;
    std::chrono::milliseconds retry{1000};  // how long clients wait before they come back
};

class Streams {
  public:
    using Id = std::uint64_t;
    static constexpr Id kUnsolicited = 0;

    explicit Streams(StreamOptions options) : options_(options) {}

    // Whether a new stream starts with an event that has an id and no data, so that a client can
    // resume from the very beginning. Clients before 2025-11-25 stumble over it.
    void prime(bool on);

    // A new stream and the connection that carries it.
    std::pair<Id, std::shared_ptr<http::EventChannel>> open();
    // A connection for stream 0; an older one ends, the newest is the one that the client reads.
    std::shared_ptr<http::EventChannel> listen();
    // A connection that goes on after that event, or nothing when the event is not known (any
    // more).
    std::shared_ptr<http::EventChannel> resume(std::string_view last_event_id);

    void send(Id stream, std::string data);
    void detach(Id stream);  // ends the connection; the stream goes on without one
    void finish(Id stream);  // nothing more will be sent; its connection ends
    void close_all();
    bool connected() const;  // whether any connection is open

  private:
    struct Stream {
        std::uint64_t sent = 0;       // number of the last event
        std::uint64_t forgotten = 0;  // number of the last event that is not kept any more
        bool finished = false;
        std::shared_ptr<http::EventChannel> channel;
    };
    struct Kept {
        Id stream;
        std::uint64_t number;
        std::string data;
    };

    std::shared_ptr<http::EventChannel> attach(Id id, Stream& stream);
    void keep(Id id, std::uint64_t number, std::string data);
    void forget_oldest();
    static void disconnect(Stream& stream);

    const StreamOptions options_;
    mutable std::mutex mutex_;
    std::map<Id, Stream> streams_{{kUnsolicited, Stream{}}};
    std::deque<Kept> kept_;
    std::size_t kept_bytes_ = 0;
    Id next_ = 1;
    bool primed_ = false;
};

}  // namespace stele::mcp
