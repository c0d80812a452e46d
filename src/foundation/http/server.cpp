#include "foundation/http/server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <mutex>

#include "foundation/base/error.hpp"
#include "foundation/http/listener.hpp"
#include "foundation/http/session.hpp"

namespace stele::http {

namespace {

void check(const ServerOptions& options) {
    const auto at_least_one = [](std::size_t value, const char* name) {
        if (value == 0)
            throw Error(Code::configuration, std::string("The server needs at least one ") + name);
    };
    at_least_one(options.workers, "worker");
    at_least_one(options.io_threads, "I/O thread");
    at_least_one(options.limits.connections, "connection");
    at_least_one(options.limits.queued_requests, "place in the queue of requests");
    if (!options.handle) throw Error(Code::internal, "The server has no handler");
}

// Each connection is a descriptor, and the usual soft limit of 1024 is there for select() alone.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

// Often enough that the shortest timeout is not much longer than asked for.
std::chrono::milliseconds tick_of(const Limits& limits) {
    const auto shortest = std::min(
        {limits.header_timeout, limits.idle_timeout, limits.write_timeout, limits.sse_keep_alive});
    return std::clamp(shortest / 8, std::chrono::milliseconds(5), std::chrono::milliseconds(250));
}

}  // namespace

struct Server::Impl {
    explicit Impl(ServerOptions options)
        : core(std::move(options)), loops(make_loops(core.options)), listener(core, loops) {}

    static Listener::Loops make_loops(const ServerOptions& options) {
        Listener::Loops made;
        for (std::size_t i = 0; i < options.io_threads; ++i)
            made.push_back(std::make_unique<Loop>(tick_of(options.limits)));
        return made;
    }

    template <class Action>
    void each_session(Action action) {
        for (const auto& loop : loops)
            asio::post(loop->io(), [&loop = *loop, action] {
                for (Session* session : loop.sessions()) action(*session);
            });
    }

    bool stop();

    Core core;
    Listener::Loops loops;
    Listener listener;
    std::mutex mutex;
    bool started = false;
    bool stopped = false;
    bool clean = true;
};

bool Server::Impl::stop() {
    const std::lock_guard lock(mutex);
    if (!started || stopped) return clean;
    stopped = true;
    core.draining = true;
    asio::post(loops.front()->io(), [this] { listener.stop(); });
    each_session([](Session& session) { session.drain(); });
    clean = core.wait_until_empty(core.options.limits.drain);
    if (!clean) {
        core.aborting = true;
        each_session([](Session& session) { session.abort(); });
        core.wait_until_empty(
            std::chrono::hours(24 * 365));  // for handlers: no thread can be killed
    }
    core.workers.join();
    for (const auto& loop : loops) loop->finish();
    return clean;
}

Server::Server(ServerOptions options) {
    check(options);
    impl_ = std::make_unique<Impl>(std::move(options));
}

Server::~Server() {
    stop();
}

std::uint16_t Server::port() const {
    return impl_->listener.port();
}

void Server::start() {
    const std::lock_guard lock(impl_->mutex);
    if (std::exchange(impl_->started, true)) return;
    raise_descriptor_limit();
    impl_->core.workers.start();
    impl_->listener.start();
    for (const auto& loop : impl_->loops) loop->start();
}

bool Server::stop() {
    return impl_->stop();
}

ServerStats Server::stats() const {
    const Core& core = impl_->core;
    return {.connections = core.connections,
            .queued = core.workers.queued(),
            .busy_workers = core.workers.busy(),
            .requests = core.requests,
            .refused_connections = core.refused_connections,
            .refused_requests = core.refused_requests};
}

}  // namespace stele::http
