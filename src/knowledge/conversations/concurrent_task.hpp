// A task that runs concurrently with a search, on a thread of its own.
#pragma once

#include <functional>
#include <future>

namespace stele::conversations {

// The task of whoever searches: it runs while the search does. Its outcome is waited for at the
// latest when this goes. Both functions run on another thread: what they share with the search must
// be safe to share, as a pg::Database is and a runtime::Context is not.
class ConcurrentTask {
  public:
    explicit ConcurrentTask(std::function<void()> task) : task_(std::move(task)) {}
    // Starts, if it has not; `first` then runs before the task, and may not throw. Whether it did
    // start: false means that `first` is nobody's but the caller's.
    bool begin(std::function<void()> first = {});
    // Waits for the task; throws what it threw.
    void end();

  private:
    std::function<void()> task_;
    bool begun_ = false;
    std::future<void> running_;
};

}  // namespace stele::conversations
