#include "foundation/http/session.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "foundation/base/log.hpp"
#include "foundation/http/channel.hpp"
#include "foundation/http/session_exchange.hpp"

namespace stele::http {

namespace {

constexpr std::chrono::milliseconds kParkTime{250};

}  // namespace

Session::Session(Loop& loop, Core& core, std::atomic<std::size_t>& counter, Socket socket,
                 std::string remote_address)
    : loop_(loop),
      core_(core),
      counter_(counter),
      socket_(std::move(socket)),
      remote_address_(std::move(remote_address)),
      place_(loop.add(*this)) {
    error_code ignored;  // a peer that is gone already shows at the first read
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

void Session::start() {
    await_request();
}

void Session::await_request() {
    error_code ignored;
    // While draining, a request that has arrived already is still answered.
    if (core_.draining && socket_.available(ignored) == 0) return close();
    phase_ = Phase::idle;
    loop_.give_buffer(std::exchange(buffer_, {}));
    arm(core_.options.limits.idle_timeout);
    socket_.async_wait(Socket::wait_read,
                       [self = shared_from_this()](error_code error) { self->on_readable(error); });
}

void Session::on_readable(error_code error) {
    if (error) return close();
    buffer_ = loop_.take_buffer();
    const std::size_t read = socket_.read_some(buffer_.prepare(kReadBytes), error);
    if (error == asio::error::would_block) return await_request();
    if (error) return close();
    buffer_.commit(read);
    begin(&Session::serve);
}

void Session::begin(void (Session::*function)(Yield)) {
    phase_ = Phase::busy;
    try {
        asio::spawn(
            loop_.executor(), std::allocator_arg, StackPool::Allocator(loop_.stacks()),
            [self = shared_from_this(), function](Yield yield) { (self.get()->*function)(yield); },
            asio::detached);
    } catch (const std::bad_alloc&) {
        log::error("no memory to serve a connection from {}", remote_address_);
        close();
    }
}

void Session::serve(Yield yield) {
    bool keep = false;
    try {
        do keep = serve_one(yield);
        while (keep && (buffer_.size() > 0 || next_request(yield)));
    } catch (const std::exception& error) {
        log::error("connection from {}: {}", remote_address_, error.what());
        keep = false;
    }
    keep ? await_request() : close();
}

bool Session::serve_one(Yield yield) {
    Exchange exchange;
    if (const Outcome stop = read_head(exchange, yield)) return turn_away(*stop, exchange, yield);
    ++core_.requests;
    ++served_;
    Head& head = exchange.request.head;
    head.remote_address = remote_address_;
    if (head.request_id.empty()) head.request_id = core_.new_request_id();
    exchange.admission = core_.admit(head);
    if (const auto& refusal = exchange.admission.refusal)
        return respond(exchange, *refusal, skip_body(exchange.framing), yield);
    if (const Outcome stop = read_body(exchange, yield)) return turn_away(*stop, exchange, yield);
    exchange.request.arrived = Clock::now();
    exchange.request.deadline = exchange.request.arrived + exchange.admission.deadline;
    if (exchange.admission.inline_handler) {
        exchange.response = core_.handle(exchange.request);
    } else if (!work_until_answered(exchange, yield)) {
        return false;
    }
    return respond(exchange, exchange.response, true, yield);
}

// Keeps the coroutine for a client that asks again soon; true when it did. An idle connection gives
// its stack back.
bool Session::next_request(Yield yield) {
    if (core_.draining || !loop_.park()) return false;
    arm(std::min(kParkTime, core_.options.limits.idle_timeout));
    phase_ = Phase::parked;
    error_code error;
    socket_.async_wait(Socket::wait_read, yield[error]);
    loop_.unpark();
    phase_ = Phase::busy;
    if (error) return false;
    const std::size_t read = socket_.read_some(buffer_.prepare(kReadBytes), error);
    buffer_.commit(read);
    return read > 0;
}

// A worker handles the request, and again for as long as there is nothing to say yet; false when
// the client has gone meanwhile.
bool Session::work_until_answered(Exchange& exchange, Yield yield) {
    if (!work(exchange, yield)) {
        ++core_.refused_requests;
        exchange.response = core_.refusal(503, "The server has more requests than it can do",
                                          exchange.request.head);
    }
    while (exchange.response.later) {
        exchange.request.again = true;
        const Look look = await_more(exchange, yield);
        if (look == Look::gone) return false;
        // With no place in the queue, the answer is that there is nothing yet.
        if (look == Look::answer || !work(exchange, yield)) break;
    }
    return true;
}

// Hands the exchange to a worker and waits for it; false when the queue is full.
bool Session::work(Exchange& exchange, Yield yield) {
    exchange_ = &exchange;
    exchange.done = false;
    phase_ = Phase::work;
    const bool accepted = core_.workers.submit(*this);
    while (accepted && !exchange.done) suspend(yield);
    phase_ = Phase::busy;
    return accepted;
}

void Session::run() noexcept {
    Exchange& exchange = *exchange_;
    try {
        const Head& head = exchange.request.head;
        if (core_.aborting)
            exchange.response = core_.refusal(503, "The server is stopping", head);
        else if (Clock::now() >= exchange.request.deadline)
            exchange.response = core_.refusal(503, "No worker was free in time", head);
        else
            exchange.response = core_.handle(exchange.request);
        answer_from_worker(exchange);
    } catch (...) {  // no memory even for the problem
        exchange.response = Response{.status = 500, .content_type = ""};
    }
    asio::post(loop_.executor(), [this] {
        exchange_->done = true;
        wake();
    });
}

// Sends what the socket takes at once: the client has its answer before the I/O thread wakes up.
void Session::answer_from_worker(Exchange& exchange) {
    if (exchange.response.events || exchange.response.later) return;
    compose(exchange, exchange.response, true);
    auto& answer = exchange.answer;
    error_code error;  // shows again when the rest is written
    const std::array<asio::const_buffer, 2> bytes{asio::buffer(answer.head),
                                                  asio::buffer(answer.body)};
    answer.sent = socket_.write_some(bytes, error);
}

void Session::refuse() {
    begin(&Session::serve_refusal);
}

void Session::serve_refusal(Yield yield) {
    try {
        Exchange exchange;
        turn_away(Stop{Refusal{503, kTooMany}}, exchange, yield);
    } catch (const std::exception& error) {
        log::error("connection from {}: {}", remote_address_, error.what());
    }
    close();
}

// Answers what never became a request, or became one whose rest nobody will read.
bool Session::turn_away(const Stop& stop, Exchange& exchange, Yield yield) {
    if (!stop.refusal) return false;
    ++core_.refused_requests;
    exchange.input_unread = true;
    Head& head = exchange.request.head;
    if (head.request_id.empty()) head = {.request_id = core_.new_request_id()};
    return respond(exchange, core_.refusal(stop.refusal->status, stop.refusal->detail, head), false,
                   yield);
}

void Session::close() {
    error_code ignored;  // there is nobody left to tell
    socket_.close(ignored);
    loop_.give_buffer(std::exchange(buffer_, {}));
    loop_.remove(place_);
    core_.left(counter_);
}

void Session::tick(Clock::time_point now) {
    if (phase_ == Phase::work || now < deadline_) return;
    deadline_ = Clock::time_point::max();
    expired_ = true;
    error_code ignored;
    if (phase_ == Phase::stream || phase_ == Phase::later)
        asio::post(loop_.executor(), [self = shared_from_this()] { self->wake(); });
    else
        socket_.cancel(ignored);
}

void Session::drain() {
    error_code ignored;
    if (phase_ == Phase::work || !socket_.is_open()) return;
    if (channel_ != nullptr) channel_->close();
    if (phase_ == Phase::later) wake();
    const bool resting = phase_ == Phase::idle || phase_ == Phase::parked;
    if (resting && socket_.available(ignored) == 0) socket_.cancel(ignored);
}

void Session::abort() {
    error_code ignored;
    if (channel_ != nullptr) channel_->close();
    // A worker may be using the socket; what it finds then is a connection that has ended.
    if (phase_ == Phase::work)
        ::shutdown(socket_.native_handle(), SHUT_RDWR);
    else
        socket_.close(ignored);
}

void Session::arm(std::chrono::milliseconds time) {
    expired_ = false;
    deadline_ = Clock::now() + time;
}

void Session::suspend(Yield yield) {
    if (!woken_)
        asio::async_initiate<Yield, void()>(
            [this](auto handler) {
                // Not by assignment: Boost 1.81's would wrap the handler in itself.
                asio::any_completion_handler<void()>(std::move(handler)).swap(resume_);
            },
            yield);
    woken_ = false;
}

void Session::wake() {
    woken_ = true;
    if (resume_) std::exchange(resume_, nullptr)();
}

std::string_view Session::buffered() const {
    return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
}

}  // namespace stele::http
