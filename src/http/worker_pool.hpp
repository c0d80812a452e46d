// A fixed number of threads behind a bounded queue. Tasks are borrowed, not owned: no allocation
// per request.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

namespace stele::http {

class WorkerPool {
  public:
    class Task {
      public:
        virtual void run() noexcept = 0;

      protected:
        ~Task() = default;
    };

    WorkerPool(std::size_t threads, std::size_t queue_limit);
    ~WorkerPool();  // join()

    void start();
    // False when `queue_limit` tasks are waiting already. The task must live until run() returns.
    bool submit(Task& task);
    void join();  // runs what is queued, then ends the threads; nothing may be submitted after it

    std::size_t queued() const;
    std::size_t busy() const;

  private:
    struct Worker {
        std::condition_variable ready;
        Task* task = nullptr;
        std::thread thread;
    };

    void work(Worker& self);
    Task* next(Worker& self, std::unique_lock<std::mutex>& lock);

    mutable std::mutex mutex_;
    // The one that rested last is the first to be woken: its stack and connection are still warm.
    std::vector<Worker*> resting_;
    std::vector<Task*> ring_;  // queue_limit slots
    std::size_t head_ = 0;
    std::size_t queued_ = 0;
    std::size_t busy_ = 0;
    bool ending_ = false;
    std::vector<Worker> workers_;
};

}  // namespace stele::http
