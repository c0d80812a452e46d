#include "foundation/http/channel.hpp"

#include <utility>

#include "foundation/http/wire.hpp"

namespace stele::http {

std::shared_ptr<EventChannel> EventChannel::make() {
    return std::make_shared<Channel>();
}

// A channel that no response ever carried has ended too.
Channel::~Channel() {
    end();
}

std::string EventChannel::text_of(const Event& event) {
    return event_text(event);
}

bool Channel::push(Event event) {
    return push_text(event_text(event));
}

bool Channel::push_text(std::string_view text) {
    bool taken = false, first = false;
    {
        const std::lock_guard lock(mutex_);
        if (state_ != State::open) return false;
        if (events_ == kQueuedEvents || text_.size() > kQueuedBytes) {
            state_ = State::dropped;
            text_.clear();
        } else {
            text_ += text;
            taken = true;
            first = ++events_ == 1;
        }
    }
    if (first || !taken) signal();
    return taken;
}

void Channel::close() {
    {
        const std::lock_guard lock(mutex_);
        if (state_ != State::open) return;
        state_ = State::closed;
    }
    signal();
}

std::size_t Channel::waiting() const {
    const std::lock_guard lock(mutex_);
    return text_.size();
}

bool Channel::closed() const {
    const std::lock_guard lock(mutex_);
    return state_ != State::open;
}

void Channel::on_close(std::function<void()> callback) {
    {
        const std::lock_guard lock(mutex_);
        if (!ended_) {
            callback_ = std::move(callback);
            return;
        }
    }
    callback();
}

bool Channel::attach(std::function<void()> wake) {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(attached_, true)) return false;
    }
    const std::lock_guard lock(wake_mutex_);
    wake_ = std::move(wake);
    return true;
}

Channel::State Channel::take(std::string& out) {
    out.clear();
    const std::lock_guard lock(mutex_);
    out.swap(text_);
    events_ = 0;
    return state_;
}

void Channel::end() {
    std::function<void()> wake;
    std::function<void()> callback;
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(ended_, true)) return;
        if (state_ == State::open) state_ = State::closed;
        text_ = {};
        callback.swap(callback_);
    }
    {
        const std::lock_guard lock(wake_mutex_);
        wake.swap(wake_);
    }
    if (callback) callback();
}

void Channel::signal() {
    const std::lock_guard lock(wake_mutex_);
    if (wake_) wake_();
}

}  // namespace stele::http
