// Hands events to those who follow them, as they come. One thread reads what is new, once for all
// who follow a tenant, and gives each its part; who asks for what was before reads it page by page
// until it has caught up. Polling is all it does: it needs no notification, sees what any process
// said, and asks nothing while nobody follows. A tenant whose rows cannot be read keeps nobody
// else waiting.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "foundation/http/message.hpp"
#include "knowledge/events/store.hpp"
#include "runtime/background.hpp"

namespace stele::events {

class Feed {
  public:
    explicit Feed(runtime::Background::MakeContext make_context);
    ~Feed();
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;

    // What follows `after`, or what happens from now on. The stream begins with a ping, and says
    // one every 15 seconds; a ping's id says how far the stream is read, so that who comes back
    // with it misses nothing. After a restore of the database a stream.gap says where the stream
    // goes on. Who reads slowly is served page by page as it takes them; who takes nothing is cut
    // off by the server's write timeout.
    std::shared_ptr<http::EventChannel> follow(const pg::Tenant& tenant, Wanted wanted,
                                               std::optional<std::int64_t> after);
    std::size_t followers() const;

  private:
    using Time = std::chrono::steady_clock::time_point;
    struct Follower {
        std::shared_ptr<http::EventChannel> channel;
        Wanted wanted;
        std::optional<std::int64_t> read;  // nothing: from now on
        bool checked = false;              // that nothing after `read` is gone
        Time next_ping{};                  // nothing was said yet
    };
    struct Stream {
        pg::Tenant tenant;
        std::int64_t read = -1;  // how far; -1: not known yet
        std::vector<Follower> followers;
        std::string last_problem;  // of this tenant alone; said once
    };

    void run(const std::stop_token& stop);
    void take_in();  // who has come since
    void step(runtime::Context& context);
    static void serve(runtime::Context& context, Stream& stream, std::int64_t to);
    static void rewind(Stream& stream, std::int64_t to);
    static void advance(runtime::Context& context, Stream& stream, std::int64_t to);
    static void catch_up(runtime::Context& context, const Stream& stream, Follower& follower);
    static void ping(Follower& follower, Time now);
    void leave();  // those whose channels have ended

    runtime::Background::MakeContext make_context_;
    mutable std::mutex mutex_;
    std::condition_variable_any came_;
    std::vector<std::pair<pg::Tenant, Follower>> new_;
    std::size_t followers_ = 0;
    std::map<std::pair<Uuid, Uuid>, Stream> streams_;  // of the thread alone
    std::int64_t database_ = 0;                        // which one was read; of the thread alone
    std::jthread thread_;                              // the last to be made, the first to end
};

// The stream that a request asks for. Throws Error(unsupported) in a process that serves none.
std::shared_ptr<http::EventChannel> follow(runtime::Context& context, const ListInput& input);

}  // namespace stele::events
