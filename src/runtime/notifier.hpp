// In-process notifications by name, for long polls and background tasks. notify() wakes those who
// wait for a name in this process and calls `on_notify`, which may tell other processes. Delivery
// is not guaranteed: who waits polls once a second all the same.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/clock.hpp"
#include "runtime/operation.hpp"

namespace stele::runtime {

class Notifier {
  public:
    static constexpr int kAll = 1 << 30;

    // Taken before looking whether there is something: a notification after that is not missed.
    using Ticket = std::uint64_t;
    Ticket ticket(const std::vector<std::string>& names) const;

    // Wakes at most `count` of those who wait for it, the longest waiting first; when there are
    // fewer, on_notify is told.
    void notify(const std::string& name, int count = kAll);
    // The same, without telling on_notify: for what comes from there. Gives how many it woke.
    int notify_local(const std::string& name, int count = kAll);

    // Somebody waits for as long as this lives and its callback was not called.
    class Waiting;
    // Calls back once, on any thread, perhaps before it returns; must not block or throw.
    std::shared_ptr<Waiting> wait(const std::vector<std::string>& names, Ticket since,
                                  std::function<void()> callback);
    // Blocks until one of them is notified, the time is over or somebody stops it.
    void wait(const std::vector<std::string>& names, Ticket since, std::chrono::milliseconds time,
              const std::stop_token& stop);

    // How many wait for it now.
    int awaited(std::string_view name) const;

    // Called for a notification that woke fewer than it could have, on the notifying thread. Set
    // before anybody notifies, taken away (nullptr) when nobody does any more.
    void on_notify(std::function<void(const std::string&)> told);

  private:
    std::uint64_t& count_of(std::string_view name);
    std::uint64_t count_of(std::string_view name) const;

    mutable std::mutex mutex_;
    std::array<std::uint64_t, 1024> counts_{};  // by the name's hash
    std::map<std::string, std::deque<std::weak_ptr<Waiting>>, std::less<>> waiting_;
    std::function<void(const std::string&)> on_notify_;
};

}  // namespace stele::runtime
