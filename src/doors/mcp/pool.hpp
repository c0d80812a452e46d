// A few threads with a bounded queue: where a transport runs its jobs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace stele::mcp {

class Pool {
  public:
    // Threads start when the first job needs them, at most `threads`.
    Pool(std::size_t threads, std::size_t queue);
    ~Pool();  // finish()
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // False when `queue` jobs wait already, or after finish(). The job must not throw.
    bool submit(std::function<void()> job);
    // Waits until nothing runs and nothing waits, at most until the deadline; true when that is so.
    bool drained_by(std::chrono::steady_clock::time_point deadline);
    // Runs what is queued, then joins. Further jobs are refused. Idempotent.
    void finish();

  private:
    void work();

    const std::size_t threads_limit_;
    const std::size_t queue_limit_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable idle_;
    std::deque<std::function<void()>> queue_;
    std::vector<std::thread> threads_;
    std::size_t busy_ = 0;
    bool finished_ = false;
};

}  // namespace stele::mcp
