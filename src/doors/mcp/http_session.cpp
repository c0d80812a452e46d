#include "doors/mcp/http_session.hpp"

#include <tuple>

namespace stele::mcp {

namespace {

// What belongs to no request goes to the stream that the client opened with GET.
class BackgroundSink : public Sink {
  public:
    explicit BackgroundSink(std::shared_ptr<Streams> streams) : streams_(std::move(streams)) {}
    void send(const json::value& message) override {
        streams_->send(Streams::kUnsolicited, serialize(message));
    }

  private:
    const std::shared_ptr<Streams> streams_;
};

bool belongs_to_no_request(const json::value& message) {
    const json::object* object = message.if_object();
    const json::value* id = object ? object->if_contains("id") : nullptr;
    return id && id->is_null();
}

}  // namespace

HttpSession::HttpSession(const std::shared_ptr<const Catalog>& catalog,
                         const SessionOptions& session, const StreamOptions& streams)
    : owner_(session.caller),
      streams_(std::make_shared<Streams>(streams)),
      protocol_(Session::open(catalog, std::make_shared<BackgroundSink>(streams_), session)) {}

HttpSession::~HttpSession() {
    close();
}

bool HttpSession::belongs_to(const runtime::Caller& caller) const {
    return caller.principal == owner_.principal && caller.org == owner_.org &&
           caller.project == owner_.project;
}

void HttpSession::touch(Time now) {
    const std::lock_guard lock(mutex_);
    last_used_ = now;
}

HttpSession::Time HttpSession::last_used() const {
    const std::lock_guard lock(mutex_);
    return last_used_;
}

bool HttpSession::idle() const {
    return protocol_->in_flight() == 0 && !streams_->connected();
}

void HttpSession::close() {
    protocol_->close();
    streams_->close_all();
}

void PostSink::send(const json::value& message) {
    const std::lock_guard lock(mutex_);
    const bool answer = message.is_array() || is_response(message);
    if (mode_ == Mode::undecided && answer) {
        json_ = serialize(message);
        is_bare_refusal_ = belongs_to_no_request(message);
        mode_ = Mode::json;
        decided_.notify_all();
        return;
    }
    if (may_stream_) become_stream();
    // Stream 0 is the one that belongs to no request.
    streams_->send(stream_, serialize(message));
}

void PostSink::close_stream() {
    if (!may_stream_) return;
    const std::lock_guard lock(mutex_);
    become_stream();
    streams_->detach(stream_);
}

void PostSink::finish() {
    const std::lock_guard lock(mutex_);
    if (mode_ == Mode::undecided) mode_ = Mode::nothing;
    if (mode_ == Mode::stream) streams_->finish(stream_);
    decided_.notify_all();
}

void PostSink::become_stream() {
    if (mode_ != Mode::undecided) return;
    std::tie(stream_, channel_) = streams_->open();
    mode_ = Mode::stream;
    decided_.notify_all();
}

PostSink::Outcome PostSink::wait(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    decided_.wait_for(lock, limit, [this] { return mode_ != Mode::undecided; });
    Outcome outcome;
    if (may_stream_)
        become_stream();
    else if (mode_ == Mode::undecided)
        outcome.late = true;
    if (mode_ == Mode::json) outcome.json = std::move(json_);
    outcome.is_bare_refusal = is_bare_refusal_;
    outcome.channel = std::move(channel_);
    return outcome;
}

}  // namespace stele::mcp
