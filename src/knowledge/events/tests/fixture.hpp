// A database of its own, a caller, and what a follower of a stream has been sent.
#pragma once

#include <string>
#include <vector>

#include "foundation/http/channel.hpp"
#include "knowledge/events/feed.hpp"
#include "knowledge/memory/tests/fixture.hpp"

namespace stele::events {

using memory::code_of;

struct World : memory::World {
    void tell(const std::string& command) {
        database.connect()->script(command, deadline_in(std::chrono::seconds(10)));
    }
    runtime::Background::MakeContext maker() {
        return [this] { return context(); };
    }
    pg::Tenant tenant() {
        const runtime::Caller caller = context().caller;
        return {caller.org, caller.project};
    }
};

inline Announcement said(std::string type, json::object data = {}) {
    return {std::move(type), std::move(data), {}, {}};
}

struct Frame {
    std::string id, event, data;
};

// Reads frames as a client would, at once or when they come.
class Client {
  public:
    explicit Client(std::shared_ptr<http::EventChannel> channel)
        : channel_(std::dynamic_pointer_cast<http::Channel>(std::move(channel))) {}

    // The next frame of any kind but pings; waits 10 s for it.
    Frame next() {
        for (int i = 0; i < 1000; ++i) {
            while (frames_.size() > at_)
                if (const Frame& frame = frames_[at_++]; frame.event != "ping") return frame;
            read();
            if (frames_.size() == at_) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ADD_FAILURE() << "no event came";
        return {};
    }
    // The first frame of all.
    Frame first() {
        for (int i = 0; i < 1000 && frames_.empty(); ++i) {
            read();
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return frames_.empty() ? Frame{} : frames_.front();
    }
    std::vector<std::string> ids(std::size_t count) {
        std::vector<std::string> out;
        while (out.size() < count && !::testing::Test::HasFailure()) out.push_back(next().id);
        return out;
    }

  private:
    void read() {
        std::string text;
        channel_->take(text);
        rest_ += text;
        for (std::size_t end; (end = rest_.find("\n\n")) != std::string::npos;) {
            Frame frame;
            const std::string block = rest_.substr(0, end + 1);
            rest_.erase(0, end + 2);
            const auto field = [&](const std::string& name) {
                const auto begin = block.find(name + ": ");
                if (begin == std::string::npos) return std::string();
                const auto value = begin + name.size() + 2;
                return block.substr(value, block.find('\n', value) - value);
            };
            frames_.push_back({field("id"), field("event"), field("data")});
        }
    }
    std::shared_ptr<http::Channel> channel_;
    std::string rest_;
    std::vector<Frame> frames_;
    std::size_t at_ = 0;
};

}  // namespace stele::events
