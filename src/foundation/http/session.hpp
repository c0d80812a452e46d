// One connection, from accept to close.
//
// An idle connection is this object and nothing more: no stack, no buffer. When bytes arrive, a
// coroutine serves what they hold (head, admission, body, worker, answer), stays a moment for a
// client that asks again at once, and then gives its stack back.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <memory>
#include <string>

#include "foundation/http/core.hpp"
#include "foundation/http/framing.hpp"
#include "foundation/http/loop.hpp"
#include "foundation/http/wire.hpp"

namespace stele::http {

class Channel;

class Session final : public std::enable_shared_from_this<Session>, public WorkerPool::Task {
  public:
    // `counter` counts this session already and is told when it is over.
    Session(Loop& loop, Core& core, std::atomic<std::size_t>& counter, Socket socket,
            std::string remote_address);

    // The public functions are for the loop's thread.
    void start();                      // serve requests
    void refuse();                     // say 503 and close
    void tick(Clock::time_point now);  // ends what is over its deadline
    void drain();                      // finish the request in flight, begin no other
    void abort();                      // close at once

  private:
    static constexpr std::size_t kReadBytes = 8 * 1024;  // asked of the socket at a time

    struct Exchange;
    enum class Phase {
        idle,    // no coroutine, waiting for bytes
        busy,    // a coroutine that waits for nothing but its socket
        work,    // a worker owns the exchange and the socket
        parked,  // a coroutine that has answered and waits a little for the next request
        stream,  // a coroutine that waits for events
        later,   // a coroutine that waits until its request is worth handling again
    };
    // How a step of an exchange ended: with nothing to say, or with an answer for the client.
    struct Stop {
        std::optional<Refusal> refusal;  // nothing: the client is gone, or too slow to hear us
    };
    using Outcome = std::optional<Stop>;  // nothing: go on

    void run() noexcept override;  // on a worker thread

    void await_request();
    void on_readable(error_code error);
    void begin(void (Session::*function)(Yield));  // as a coroutine
    void serve(Yield yield);
    void serve_refusal(Yield yield);
    bool serve_one(Yield yield);     // true: the connection can carry another request
    bool next_request(Yield yield);  // true: its first bytes are here
    void close();

    Outcome read_head(Exchange& exchange, Yield yield);
    Outcome read_body(Exchange& exchange, Yield yield);
    Outcome read_sized(std::string& body, std::size_t length, Yield yield);
    Outcome read_chunked(std::string& body, std::size_t limit, Yield yield);
    Outcome wait_readable(Yield yield);
    bool skip_body(const Framing& framing);

    bool work(Exchange& exchange, Yield yield);
    bool work_until_answered(Exchange& exchange, Yield yield);
    enum class Look { again, answer, gone };
    Look await_more(Exchange& exchange, Yield yield);
    void answer_from_worker(Exchange& exchange);

    bool turn_away(const Stop& stop, Exchange& exchange, Yield yield);
    bool respond(Exchange& exchange, const Response& response, bool keep, Yield yield);
    bool keeps(const Exchange& exchange, bool keep) const;
    void compose(Exchange& exchange, const Response& response, bool keep);
    bool deliver(Exchange& exchange, Yield yield);
    bool stream(Exchange& exchange, const Response& response, bool keep, Yield yield);
    bool pump(Channel& channel, bool chunked, Yield yield);
    bool write_events(const std::string& text, bool chunked, Yield yield);
    using Buffers = std::array<asio::const_buffer, 3>;
    bool write(Buffers left, Yield yield);
    bool write(std::string_view text, Yield yield);
    void linger(Yield yield);

    void watch_client();
    bool client_gone();
    void stop_watching(Yield yield);

    void arm(std::chrono::milliseconds time);
    void suspend(Yield yield);  // until wake(); at once when that came first
    void wake();
    std::string_view buffered() const;

    Loop& loop_;
    Core& core_;
    std::atomic<std::size_t>& counter_;
    Socket socket_;
    const std::string remote_address_;
    Loop::Place place_;

    // The loop's alone, as all that follows is but for what Phase::work lends to a worker.
    Phase phase_ = Phase::idle;
    Clock::time_point deadline_ = Clock::time_point::max();
    bool expired_ = false;
    std::size_t served_ = 0;
    boost::beast::flat_buffer buffer_;
    Exchange* exchange_ = nullptr;  // lives on the coroutine's stack
    Channel* channel_ = nullptr;    // while a stream is being written

    asio::any_completion_handler<void()> resume_;
    bool woken_ = false;
    bool watching_ = false;
    bool readable_ = false;
};

}  // namespace stele::http
