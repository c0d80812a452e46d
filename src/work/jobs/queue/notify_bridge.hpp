// Ties this process's notifier to those of others by LISTEN and NOTIFY.
#pragma once

#include "foundation/pg/notifications.hpp"
#include "runtime/notifier.hpp"

namespace stele::jobs {

class NotifyBridge {
  public:
    // `notifier` must outlive this.
    NotifyBridge(runtime::Notifier& notifier, std::function<pg::ConnInfo()> info);
    ~NotifyBridge();
    NotifyBridge(const NotifyBridge&) = delete;
    NotifyBridge& operator=(const NotifyBridge&) = delete;

  private:
    runtime::Notifier& notifier_;
    pg::Notifications notifications_;
};

}  // namespace stele::jobs
