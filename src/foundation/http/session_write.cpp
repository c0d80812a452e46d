// Answering: whole responses, event streams, and a decent end.
#include <boost/asio/post.hpp>

#include "foundation/base/log.hpp"
#include "foundation/http/channel.hpp"
#include "foundation/http/session_exchange.hpp"

namespace stele::http {

namespace {

constexpr std::size_t kProgressBytes = 64 * 1024;  // a reader this fast gets its write_timeout anew
constexpr std::chrono::milliseconds kLingerTime{2000};
constexpr std::size_t kLingerBytes = 16 * 1024 * 1024;
constexpr std::size_t kPipelinedBytes = 64 * 1024;

void consume(std::array<asio::const_buffer, 3>& buffers, std::size_t bytes) {
    for (asio::const_buffer& each : buffers) {
        const std::size_t part = std::min(bytes, each.size());
        each += part;
        bytes -= part;
    }
}

}  // namespace

bool Session::respond(Exchange& exchange, const Response& response, bool keep, Yield yield) {
    if (response.events) return stream(exchange, response, keep, yield);
    if (exchange.answer.head.empty()) compose(exchange, response, keep);
    return deliver(exchange, yield);
}

bool Session::keeps(const Exchange& exchange, bool keep) const {
    return keep && exchange.framing.keep_alive && !core_.draining &&
           served_ < core_.options.limits.requests_per_connection;
}

// Writes the head down; `keep` is false when the input cannot be trusted to be at the next request.
void Session::compose(Exchange& exchange, const Response& response, bool keep) {
    auto& answer = exchange.answer;
    exchange.input_unread = exchange.input_unread || !keep;
    answer.keep = keeps(exchange, keep);
    const Head& head = exchange.request.head;
    const bool bare = response.status == 204 || response.status == 304;
    answer.head = response_head(response, {.body_end = bare ? BodyEnd::none : BodyEnd::length,
                                           .length = response.body.size(),
                                           .http11 = exchange.framing.http11,
                                           .keep_alive = answer.keep,
                                           .request_id = head.request_id});
    if (!bare && head.method != "HEAD") answer.body = response.body;
}

bool Session::deliver(Exchange& exchange, Yield yield) {
    const auto& answer = exchange.answer;
    Buffers left{asio::buffer(answer.head), asio::buffer(answer.body)};
    consume(left, answer.sent);
    if (asio::buffer_size(left) > 0 && !write(left, yield)) return false;
    if (!answer.keep && (exchange.input_unread || buffer_.size() > 0)) linger(yield);
    return answer.keep;
}

bool Session::write(std::string_view text, Yield yield) {
    return write(Buffers{asio::buffer(text)}, yield);
}

bool Session::write(Buffers left, Yield yield) {
    arm(core_.options.limits.write_timeout);
    std::size_t progress = 0;
    while (true) {
        error_code error;
        const std::size_t written = socket_.write_some(left, error);
        if (error && error != asio::error::would_block) return false;
        consume(left, written);
        if (asio::buffer_size(left) == 0) return true;
        progress += written;
        if (progress >= kProgressBytes) {
            arm(core_.options.limits.write_timeout);
            progress = 0;
        }
        socket_.async_wait(Socket::wait_write, yield[error]);
        if (error) return false;
    }
}

// Closing while input is unread would send a reset, which may destroy the answer on its way.
void Session::linger(Yield yield) {
    error_code error;
    socket_.shutdown(Socket::shutdown_send, error);
    arm(kLingerTime);
    buffer_.clear();
    for (std::size_t seen = 0; !error && seen < kLingerBytes;) {
        socket_.async_wait(Socket::wait_read, yield[error]);
        if (error) return;
        seen += socket_.read_some(buffer_.prepare(kReadBytes), error);
        if (error == asio::error::would_block) error = {};
    }
}

bool Session::stream(Exchange& exchange, const Response& response, bool keep, Yield yield) {
    const auto channel = std::dynamic_pointer_cast<Channel>(response.events);
    const auto notify = [self = shared_from_this()] {
        asio::post(self->loop_.executor(), [self] { self->wake(); });
    };
    if (!channel || !channel->attach(notify)) {
        log::error("request {}: an event channel feeds one response, and comes from make()",
                   exchange.request.head.request_id);
        const Response refusal =
            core_.refusal(500, "The server has no events to send", exchange.request.head);
        return respond(exchange, refusal, keep, yield);
    }
    const bool chunked = exchange.framing.http11;
    keep = chunked && keeps(exchange, keep);
    Response opening = response;
    opening.content_type = "text/event-stream";
    opening.headers.push_back({"Cache-Control", "no-store"});
    opening.headers.push_back({"X-Accel-Buffering", "no"});
    const ResponseFrame frame{.body_end = chunked ? BodyEnd::chunks : BodyEnd::close,
                              .http11 = exchange.framing.http11,
                              .keep_alive = keep,
                              .request_id = exchange.request.head.request_id};
    const struct Ending {
        Channel& channel;
        ~Ending() { channel.end(); }
    } ending{*channel};
    if (!write(response_head(opening, frame), yield)) return false;
    if (exchange.request.head.method == "HEAD") return keep;
    if (!pump(*channel, chunked, yield)) return false;
    return (!chunked || write(kLastChunk, yield)) && keep;
}

// Writes events until the channel is closed: true. False when the client is gone or was too slow.
bool Session::pump(Channel& channel, bool chunked, Yield yield) {
    channel_ = &channel;
    if (buffer_.size() == 0) loop_.give_buffer(std::exchange(buffer_, {}));
    if (core_.draining) channel.close();
    bool whole = false;
    std::string text;
    while (true) {
        const Channel::State state = channel.take(text);
        if (state == Channel::State::dropped) break;
        if (!text.empty()) {
            if (!write_events(text, chunked, yield)) break;
            continue;
        }
        whole = state == Channel::State::closed;
        if (whole) break;
        if (!watching_ && buffer_.size() < kPipelinedBytes) watch_client();
        phase_ = Phase::stream;
        arm(core_.options.limits.sse_keep_alive);
        suspend(yield);
        phase_ = Phase::busy;
        if (readable_ && client_gone()) break;
        if (expired_ && !write_events(std::string(kKeepAliveComment), chunked, yield)) break;
    }
    channel_ = nullptr;
    stop_watching(yield);
    return whole;
}

// Waits without a worker until the request is worth handling again.
Session::Look Session::await_more(Exchange& exchange, Yield yield) {
    const auto later = std::exchange(exchange.response.later, nullptr);
    const auto told = std::make_shared<std::atomic<bool>>(false);
    const auto listening = later->listen([self = shared_from_this(), told] {
        *told = true;
        asio::post(self->loop_.executor(), [self] { self->wake(); });
    });
    if (buffer_.size() == 0) loop_.give_buffer(std::exchange(buffer_, {}));
    deadline_ = later->again;
    expired_ = false;
    Look out = Look::again;
    while (!*told && !expired_) {
        if (core_.draining) {
            out = Look::answer;
            break;
        }
        if (!watching_ && buffer_.size() < kPipelinedBytes) watch_client();
        phase_ = Phase::later;
        suspend(yield);
        phase_ = Phase::busy;
        if (!socket_.is_open() || (readable_ && client_gone())) {
            out = Look::gone;
            break;
        }
    }
    stop_watching(yield);
    return out;
}

bool Session::write_events(const std::string& text, bool chunked, Yield yield) {
    if (!chunked) return write(text, yield);
    const std::string head = chunk_head(text.size());
    return write({asio::buffer(head), asio::buffer(text), asio::buffer(kChunkEnd)}, yield);
}

// While a stream is quiet, only its read side can tell that the client has gone.
void Session::watch_client() {
    watching_ = true;
    readable_ = false;
    socket_.async_wait(Socket::wait_read, [self = shared_from_this()](error_code error) {
        self->watching_ = false;
        self->readable_ = !error;
        self->wake();
    });
}

bool Session::client_gone() {
    error_code error;
    const std::size_t read = socket_.read_some(buffer_.prepare(kReadBytes), error);
    if (error && error != asio::error::would_block) return true;
    buffer_.commit(read);  // the next request, sent early
    readable_ = false;
    return false;
}

void Session::stop_watching(Yield yield) {
    error_code ignored;
    while (watching_) {
        socket_.cancel(ignored);
        suspend(yield);
    }
}

}  // namespace stele::http
