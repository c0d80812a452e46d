// Reads what waits in an event channel, as an HTTP client would see it.
#pragma once

#include <string>
#include <vector>

#include "foundation/base/json.hpp"
#include "foundation/http/channel.hpp"
#include "testing.hpp"

namespace stele::mcp::testing {

struct Received {
    std::string id;
    std::string data;
    std::string retry;

    json::object message() const { return parsed(data).as_object(); }
};

// The events of an event stream's text, without the empty parts.
inline std::vector<Received> events_in(std::string_view text) {
    std::vector<Received> out;
    while (!text.empty()) {
        const auto end = text.find("\n\n");
        std::string_view block = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
        Received event;
        while (!block.empty()) {
            const auto line_end = block.find('\n');
            const std::string_view line = block.substr(0, line_end);
            block.remove_prefix(line_end == std::string_view::npos ? block.size() : line_end + 1);
            if (line.starts_with("id: ")) event.id = line.substr(4);
            if (line.starts_with("data: ")) event.data += line.substr(6);
            if (line.starts_with("retry: ")) event.retry = line.substr(7);
        }
        out.push_back(std::move(event));
    }
    return out;
}

// One connection's reading end.
class Reader {
  public:
    explicit Reader(const std::shared_ptr<http::EventChannel>& channel)
        : channel_(std::dynamic_pointer_cast<http::Channel>(channel)) {
        EXPECT_TRUE(channel_);
        if (channel_)
            channel_->attach([this] {
                const std::lock_guard lock(mutex_);
                ++signals_;
                changed_.notify_all();
            });
    }
    ~Reader() {
        if (channel_) channel_->end();
    }
    // Waits until `count` events have come or the stream has ended; returns all so far.
    std::vector<Received> wait(std::size_t count) {
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        int seen = -1;
        while (true) {
            take();
            if (events_.size() >= count || ended_) return events_;
            std::unique_lock lock(mutex_);
            if (!changed_.wait_until(lock, deadline, [&] { return signals_ != seen; })) break;
            seen = signals_;
        }
        ADD_FAILURE() << "only " << events_.size() << " of " << count << " events came";
        return events_;
    }
    // Everything until the stream ends.
    std::vector<Received> rest() { return wait(SIZE_MAX); }
    bool ended() {
        take();
        return ended_;
    }
    void disconnect() { channel_->end(); }

  private:
    void take() {
        std::string text;
        const auto state = channel_->take(text);
        for (Received& event : events_in(text)) events_.push_back(std::move(event));
        ended_ = state != http::Channel::State::open;
    }

    const std::shared_ptr<http::Channel> channel_;
    std::mutex mutex_;
    std::condition_variable changed_;
    int signals_ = 0;
    std::vector<Received> events_;
    bool ended_ = false;
};

}  // namespace stele::mcp::testing
