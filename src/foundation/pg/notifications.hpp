// LISTEN and NOTIFY, on a connection of their own: one thread that hears what other sessions say on
// a channel, and says what it is given. When the connection is lost it opens another; what was said
// meanwhile is lost, as it is behind a pooler that shares connections: nothing may depend on it.
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "foundation/pg/connection.hpp"

namespace stele::pg {

class Notifications {
  public:
    // `info` is asked before each try to connect. `on_notify` is called on the thread, and must not
    // throw.
    Notifications(std::function<ConnInfo()> info, std::string channel,
                  std::function<void(const std::string&)> on_notify);
    ~Notifications();
    Notifications(const Notifications&) = delete;
    Notifications& operator=(const Notifications&) = delete;

    // Any thread, at once; the same words said within a few milliseconds are said once.
    void send(const std::string& words);

  private:
    void run(const std::stop_token& stop);
    void serve(const std::stop_token& stop);
    void wake() const;
    void rest(std::chrono::milliseconds time) const;

    const std::function<ConnInfo()> info_;
    const std::string channel_;
    const std::function<void(const std::string&)> on_notify_;
    const int wake_fd_;
    std::mutex mutex_;
    std::set<std::string> said_;
    bool connected_ = false;
    std::jthread thread_;
};

}  // namespace stele::pg
