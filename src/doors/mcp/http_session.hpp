// What the HTTP transport keeps of one client, and the answer to one POST as it comes into being.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "doors/mcp/session.hpp"
#include "doors/mcp/streams.hpp"

namespace stele::mcp {

class HttpSession {
  public:
    using Time = std::chrono::steady_clock::time_point;

    HttpSession(const std::shared_ptr<const Catalog>& catalog, const SessionOptions& session,
                const StreamOptions& streams);
    ~HttpSession();

    Session& protocol() { return *protocol_; }
    const std::shared_ptr<Streams>& streams() { return streams_; }
    // Given once, before anybody else sees the session.
    void set_id(std::string id) { id_ = std::move(id); }
    const std::string& id() const { return id_; }
    bool belongs_to(const runtime::Caller& caller) const;

    void touch(Time now);
    Time last_used() const;
    bool idle() const;  // nothing in flight, nobody listening
    void close();

  private:
    std::string id_;
    const runtime::Caller owner_;
    const std::shared_ptr<Streams> streams_;
    const std::shared_ptr<Session> protocol_;
    mutable std::mutex mutex_;
    Time last_used_{};
};

// Decides, as late as it can, whether a POST is answered with JSON or with a stream: the first
// message that is no answer, or a wait that is over, makes it a stream. To a client that reads no
// streams the answer alone is sent, and the rest where it may listen.
class PostSink : public Sink {
  public:
    PostSink(std::shared_ptr<Streams> streams, bool may_stream)
        : streams_(std::move(streams)), may_stream_(may_stream) {}

    void send(const json::value& message) override;
    void close_stream() override;
    void finish();  // nothing more will be sent

    struct Outcome {
        std::optional<std::string> json;              // the whole answer
        std::shared_ptr<http::EventChannel> channel;  // or the stream that brings it
        bool is_bare_refusal = false;                 // an error that belongs to no request
        bool late = false;                            // no stream may bring it, and it is not there
    };
    // Waits until the answer or the first other message is there, at most `limit`. An outcome with
    // neither that is not late: there is nothing to answer.
    Outcome wait(std::chrono::milliseconds limit);

  private:
    enum class Mode { undecided, json, stream, nothing };
    void become_stream();

    const std::shared_ptr<Streams> streams_;
    const bool may_stream_;
    std::mutex mutex_;
    std::condition_variable decided_;
    Mode mode_ = Mode::undecided;
    std::string json_;
    bool is_bare_refusal_ = false;
    Streams::Id stream_ = 0;
    std::shared_ptr<http::EventChannel> channel_;
};

}  // namespace stele::mcp
