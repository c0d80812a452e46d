// One I/O thread with the sessions that live on it. All of a session runs on its loop's thread, so
// nothing in it needs a lock.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <list>
#include <optional>
#include <thread>
#include <vector>

#include "foundation/http/asio.hpp"
#include "foundation/http/stack_pool.hpp"

namespace stele::http {

class Session;

class Loop {
  public:
    using Place = std::list<Session*>::iterator;

    // Deadlines are looked at once per `tick`, for all sessions in one sweep: far cheaper than a
    // timer for every read and write, and as precise as a timeout needs to be.
    explicit Loop(std::chrono::milliseconds tick) : tick_(tick), timer_(io_) {}
    ~Loop();  // finish()
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void start();
    void finish();  // call when no session is left; joins the thread

    asio::io_context& io() { return io_; }
    Executor executor() { return io_.get_executor(); }

    // The rest is for the loop's own thread.
    // How many coroutines wait for a next request is bounded. False: no place is left.
    bool park();
    void unpark() { --parked_; }
    Place add(Session& session);
    void remove(Place place) { sessions_.erase(place); }
    const std::list<Session*>& sessions() const { return sessions_; }
    StackPool& stacks() { return stacks_; }
    // Buffers go from session to session; an idle one holds none.
    boost::beast::flat_buffer take_buffer();
    void give_buffer(boost::beast::flat_buffer buffer);

  private:
    void sweep_later();

    StackPool stacks_;  // outlives what io_ still holds
    asio::io_context io_{1};
    std::optional<asio::executor_work_guard<Executor>> work_;
    std::chrono::milliseconds tick_;
    asio::steady_timer timer_;
    bool sweeping_ = false;
    std::size_t parked_ = 0;
    std::list<Session*> sessions_;
    std::vector<boost::beast::flat_buffer> buffers_;
    std::thread thread_;
};

}  // namespace stele::http
