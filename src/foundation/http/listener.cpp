#include "foundation/http/listener.hpp"

#include <boost/asio/dispatch.hpp>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "foundation/http/session.hpp"

namespace stele::http {

namespace {

using asio::ip::tcp;

// Surplus connections that are given time to read their 503; further ones get it and are cut.
constexpr std::size_t kSurplus = 512;
constexpr std::chrono::milliseconds kPause{50};  // out of descriptors: give some back first

tcp::endpoint endpoint_of(const ServerOptions& options) {
    error_code error;
    const auto address = asio::ip::make_address(options.address, error);
    if (error)
        throw Error(Code::configuration,
                    "The address to listen on is not an IP address: " + options.address,
                    "Use 127.0.0.1 or ::1 for this machine alone, 0.0.0.0 or :: for all");
    return {address, options.port};
}

std::string text_of(const tcp::endpoint& peer) {
    const asio::ip::address address = peer.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    return address.to_string();
}

}  // namespace

Listener::Listener(Core& core, Loops& loops)
    : core_(core),
      loops_(loops),
      acceptor_(loops.front()->executor()),
      pause_(loops.front()->executor()) {
    const tcp::endpoint endpoint = endpoint_of(core.options);
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(Acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(Acceptor::max_listen_connections, error);
    if (error)
        throw Error(Code::configuration,
                    "Cannot listen on " + core.options.address + " port " +
                        std::to_string(core.options.port) + ": " + error.message(),
                    "Choose another address or port, or stop the program that holds this one");
    port_ = acceptor_.local_endpoint().port();
}

void Listener::stop() {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
}

void Listener::accept() {
    Loop& loop = *loops_[next_loop_];
    next_loop_ = (next_loop_ + 1) % loops_.size();
    acceptor_.async_accept(loop.executor(), peer_, [this, &loop](error_code error, Socket socket) {
        on_accept(error, std::move(socket), loop);
    });
}

void Listener::on_accept(error_code error, Socket socket, Loop& loop) {
    if (core_.draining) return;
    if (!error) {
        admit(std::move(socket), loop);
        return accept();
    }
    if (error == asio::error::connection_aborted) return accept();
    log::error("cannot accept a connection: {}", error.message());
    pause_.expires_after(kPause);
    pause_.async_wait([this](error_code stopped) {
        if (!stopped) accept();
    });
}

void Listener::admit(Socket socket, Loop& loop) {
    const bool surplus = core_.connections >= core_.options.limits.connections;
    if (surplus) ++core_.refused_connections;
    if (surplus && core_.surplus >= kSurplus) return turn_away(std::move(socket));
    std::atomic<std::size_t>& counter = surplus ? core_.surplus : core_.connections;
    ++counter;
    asio::dispatch(loop.executor(), [this, &loop, &counter, surplus, peer = text_of(peer_),
                                     socket = std::move(socket)]() mutable {
        try {
            const auto session =
                std::make_shared<Session>(loop, core_, counter, std::move(socket), std::move(peer));
            surplus ? session->refuse() : session->start();
        } catch (const std::exception& error) {
            log::error("a connection was dropped: {}", error.what());
            core_.left(counter);
        }
    });
}

void Listener::turn_away(Socket socket) {
    const Head head{.request_id = core_.new_request_id()};
    const Response response = core_.refusal(503, kTooMany, head);
    const ResponseFrame frame{
        .length = response.body.size(), .keep_alive = false, .request_id = head.request_id};
    error_code ignored;  // as much as fits into a fresh socket's buffer, which is all of it
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(response_head(response, frame) + response.body), ignored);
}

}  // namespace stele::http
