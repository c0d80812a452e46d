// Accepts connections, counts them, and hands each to a loop.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <vector>

#include "foundation/http/core.hpp"
#include "foundation/http/loop.hpp"

namespace stele::http {

class Listener {
  public:
    using Loops = std::vector<std::unique_ptr<Loop>>;

    // Binds and listens; throws Error(configuration). Runs on the first loop.
    Listener(Core& core, Loops& loops);

    std::uint16_t port() const { return port_; }
    void start() { accept(); }
    void stop();  // on the first loop's thread; no connection is accepted after it

  private:
    using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;

    void accept();
    void on_accept(error_code error, Socket socket, Loop& loop);
    void admit(Socket socket, Loop& loop);
    void turn_away(Socket socket);

    Core& core_;
    Loops& loops_;
    std::size_t next_loop_ = 0;
    Acceptor acceptor_;
    asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor> pause_;
    asio::ip::tcp::endpoint peer_;
    std::uint16_t port_ = 0;
};

}  // namespace stele::http
