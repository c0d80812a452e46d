// Ties this process's notifier to those of others: what rings here is notified, what others notify
// rings here.
#pragma once

#include "foundation/pg/notifications.hpp"
#include "runtime/notifier.hpp"

namespace stele::jobs {

class Waker {
  public:
    // `notifier` must outlive this.
    Waker(runtime::Notifier& notifier, std::function<pg::ConnInfo()> info);
    ~Waker();
    Waker(const Waker&) = delete;
    Waker& operator=(const Waker&) = delete;

  private:
    runtime::Notifier& bells_;
    pg::Notifications notifications_;
};

}  // namespace stele::jobs
