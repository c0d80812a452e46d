// The one EventChannel there is: text queued by any thread, taken by the session that writes it.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "foundation/http/message.hpp"

namespace stele::http {

class Channel final : public EventChannel {
  public:
    enum class State {
        open,     // more may come
        closed,   // nothing will come any more: end the stream in good order
        dropped,  // the queue ran over: cut the stream, so that the client sees a broken one
    };

    ~Channel() override;
    bool push(Event event) override;
    bool push_text(std::string_view text) override;
    std::size_t waiting() const override;
    void close() override;
    bool closed() const override;
    void on_close(std::function<void()> callback) override;

    // The session's side. `wake` is called when there is something new to take() or the state has
    // changed; never after end(). False when the channel has been attached before.
    bool attach(std::function<void()> wake);
    // Moves the queued text into `out`, which is cleared first.
    State take(std::string& out);
    void end();  // the stream is over: tells on_close(), lets go of `wake`

  private:
    void signal();

    // Never held while mutex_ is: a session that is woken at once must not wait for its
    // notify_bridge.
    std::mutex wake_mutex_;
    std::function<void()> wake_;

    mutable std::mutex mutex_;
    std::string text_;
    std::size_t events_ = 0;
    State state_ = State::open;
    bool attached_ = false;
    bool ended_ = false;
    std::function<void()> callback_;
};

}  // namespace stele::http
