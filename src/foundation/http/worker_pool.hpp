// A fixed number of threads behind a bounded queue. Tasks are borrowed, not owned: no allocation
// per request.
#pragma once

#include <semaphore.h>

#include <atomic>
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
    std::size_t busy() const { return busy_; }

  private:
    // Rests on a semaphore of its own: a condition variable takes the pool's mutex again on waking
    // and leaves it marked as contended, which costs two more calls into the kernel a task.
    struct Worker {
        Worker() { ::sem_init(&ready, 0, 0); }
        ~Worker() { ::sem_destroy(&ready); }
        Worker(const Worker&) = delete;
        Worker& operator=(const Worker&) = delete;

        sem_t ready;
        Task* task = nullptr;  // written before `ready` is posted; none: the pool ends
        std::thread thread;
    };

    void work(Worker& self);
    Task* next(Worker& self);

    mutable std::mutex mutex_;
    // The one that rested last is the first to be woken: its stack and connection are still warm.
    std::vector<Worker*> resting_;
    std::vector<Task*> ring_;  // queue_limit slots
    std::size_t head_ = 0;
    std::size_t queued_ = 0;
    std::atomic<std::size_t> busy_ = 0;
    bool ending_ = false;
    std::vector<Worker> workers_;
};

}  // namespace stele::http
