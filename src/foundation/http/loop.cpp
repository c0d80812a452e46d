#include "foundation/http/loop.hpp"

#include <pthread.h>

#include "foundation/http/session.hpp"

namespace stele::http {

namespace {

constexpr std::size_t kKeptBuffers = 64;
constexpr std::size_t kKeptBufferBytes = 64 * 1024;

}  // namespace

Loop::~Loop() {
    finish();
}

void Loop::start() {
    work_.emplace(io_.get_executor());
    thread_ = std::thread([this] { io_.run(); });
    pthread_setname_np(thread_.native_handle(), "stele-http");
}

void Loop::finish() {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] {
        timer_.cancel();
        work_.reset();
    });
    thread_.join();
}

Loop::Place Loop::add(Session& session) {
    sessions_.push_front(&session);
    if (!sweeping_) sweep_later();
    return sessions_.begin();
}

bool Loop::park() {
    if (parked_ == StackPool::kKept) return false;
    ++parked_;
    return true;
}

boost::beast::flat_buffer Loop::take_buffer() {
    if (buffers_.empty()) return {};
    boost::beast::flat_buffer buffer = std::move(buffers_.back());
    buffers_.pop_back();
    return buffer;
}

void Loop::give_buffer(boost::beast::flat_buffer buffer) {
    if (buffers_.size() == kKeptBuffers || buffer.capacity() > kKeptBufferBytes) return;
    buffer.clear();
    buffers_.push_back(std::move(buffer));
}

void Loop::sweep_later() {
    sweeping_ = true;
    timer_.expires_after(tick_);
    timer_.async_wait([this](error_code error) {
        sweeping_ = false;
        if (error) return;
        const Clock::time_point now = Clock::now();
        for (Session* session : sessions_) session->tick(now);
        if (!sessions_.empty()) sweep_later();
    });
}

}  // namespace stele::http
