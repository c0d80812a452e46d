#include "doors/mcp/pool.hpp"

namespace stele::mcp {

Pool::Pool(std::size_t threads, std::size_t queue) : threads_limit_(threads), queue_limit_(queue) {}

Pool::~Pool() {
    finish();
}

bool Pool::submit(std::function<void()> job) {
    const std::lock_guard lock(mutex_);
    if (finished_) return false;
    const bool all_busy = busy_ + queue_.size() >= threads_.size();
    const bool grow = all_busy && threads_.size() < threads_limit_;
    if (!grow && queue_.size() >= queue_limit_) return false;
    queue_.push_back(std::move(job));
    if (grow) threads_.emplace_back([this] { work(); });
    wake_.notify_one();
    return true;
}

void Pool::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return finished_ || !queue_.empty(); });
        if (queue_.empty()) return;
        auto job = std::move(queue_.front());
        queue_.pop_front();
        ++busy_;
        lock.unlock();
        job();
        job = nullptr;  // what it holds is released before the pool says that it is idle
        lock.lock();
        --busy_;
        if (busy_ == 0 && queue_.empty()) idle_.notify_all();
    }
}

bool Pool::drained_by(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return idle_.wait_until(lock, deadline, [this] { return busy_ == 0 && queue_.empty(); });
}

void Pool::finish() {
    std::vector<std::thread> threads;
    {
        const std::lock_guard lock(mutex_);
        finished_ = true;
        threads.swap(threads_);
        wake_.notify_all();
    }
    for (std::thread& thread : threads) thread.join();
}

}  // namespace stele::mcp
