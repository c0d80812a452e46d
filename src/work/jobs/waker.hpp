// Ties this process's bells to those of others: what rings here is notified, what others notify
// rings here.
#pragma once

#include "foundation/pg/notifications.hpp"
#include "runtime/bells.hpp"

namespace stele::jobs {

class Waker {
  public:
    // `bells` must outlive this.
    Waker(runtime::Bells& bells, std::function<pg::ConnInfo()> info);
    ~Waker();
    Waker(const Waker&) = delete;
    Waker& operator=(const Waker&) = delete;

  private:
    runtime::Bells& bells_;
    pg::Notifications notifications_;
};

}  // namespace stele::jobs
