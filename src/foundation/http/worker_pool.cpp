#include "foundation/http/worker_pool.hpp"

#include <pthread.h>

#include <utility>

namespace stele::http {

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_limit)
    : ring_(queue_limit), workers_(threads) {}

WorkerPool::~WorkerPool() {
    join();
}

void WorkerPool::start() {
    for (Worker& worker : workers_) {
        worker.thread = std::thread([this, &worker] { work(worker); });
        pthread_setname_np(worker.thread.native_handle(), "stele-worker");
    }
}

bool WorkerPool::submit(Task& task) {
    std::unique_lock lock(mutex_);
    if (!resting_.empty()) {
        Worker& worker = *resting_.back();
        resting_.pop_back();
        lock.unlock();
        worker.task = &task;
        ::sem_post(&worker.ready);
        return true;
    }
    if (queued_ == ring_.size()) return false;
    ring_[(head_ + queued_) % ring_.size()] = &task;
    ++queued_;
    return true;
}

void WorkerPool::join() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        for (Worker* worker : resting_) ::sem_post(&worker->ready);
        resting_.clear();
    }
    for (Worker& worker : workers_)
        if (worker.thread.joinable()) worker.thread.join();
}

std::size_t WorkerPool::queued() const {
    const std::lock_guard lock(mutex_);
    return queued_;
}

// The next task, or nothing when the pool has ended.
WorkerPool::Task* WorkerPool::next(Worker& self) {
    {
        const std::lock_guard lock(mutex_);
        if (queued_ > 0) {
            Task* task = ring_[head_];
            head_ = (head_ + 1) % ring_.size();
            --queued_;
            return task;
        }
        if (ending_) return nullptr;
        resting_.push_back(&self);
    }
    while (::sem_wait(&self.ready) != 0) {
    }  // interrupted by a signal
    return std::exchange(self.task, nullptr);
}

void WorkerPool::work(Worker& self) {
    while (Task* task = next(self)) {
        ++busy_;
        task->run();
        --busy_;
    }
}

}  // namespace stele::http
