#include "foundation/http/worker_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <functional>

#include "server_fixture.hpp"

namespace stele::http::test {
namespace {

struct Job final : WorkerPool::Task {
    explicit Job(std::function<void()> given) : body(std::move(given)) {}
    void run() noexcept override { body(); }
    std::function<void()> body;
};

TEST(WorkerPool, RunsEveryTaskOnceFromManySubmitters) {
    constexpr int kEach = 2000;
    std::atomic<int> ran = 0;
    Job job([&] { ++ran; });
    WorkerPool pool(3, kEach * 4);
    pool.start();
    std::vector<std::thread> submitters;
    for (int i = 0; i < 4; ++i)
        submitters.emplace_back([&] {
            for (int n = 0; n < kEach; ++n) EXPECT_TRUE(pool.submit(job));
        });
    for (std::thread& submitter : submitters) submitter.join();
    pool.join();
    EXPECT_EQ(ran, 4 * kEach);
}

TEST(WorkerPool, QueuesUpToItsBoundInOrder) {
    Gate gate;
    std::vector<int> order;
    Job blocker([&] { gate.wait(); });
    std::deque<Job> jobs;
    for (int i = 0; i < 3; ++i) jobs.emplace_back([&order, i] { order.push_back(i); });
    WorkerPool pool(1, 2);
    pool.start();
    ASSERT_TRUE(pool.submit(blocker));
    ASSERT_TRUE(eventually([&] { return pool.busy() == 1; }));
    EXPECT_TRUE(pool.submit(jobs[0]));
    EXPECT_TRUE(pool.submit(jobs[1]));
    EXPECT_FALSE(pool.submit(jobs[2]));
    EXPECT_EQ(pool.queued(), 2u);
    gate.open();
    pool.join();
    EXPECT_EQ(order, (std::vector<int>{0, 1}));
    EXPECT_EQ(pool.busy(), 0u);
}

TEST(WorkerPool, UsesAllItsWorkers) {
    Gate gate;
    Job job([&] { gate.wait(); });
    WorkerPool pool(4, 1);
    pool.start();
    for (std::size_t i = 1; i <= 4; ++i) {
        // A worker that has just started may not be resting yet: then the queue has its one place.
        ASSERT_TRUE(eventually([&] { return pool.submit(job); }));
        EXPECT_TRUE(eventually([&] { return pool.busy() == i; }));
    }
    gate.open();
}

TEST(WorkerPool, MayNeverBeStarted) {
    WorkerPool pool(2, 1);
    pool.join();
}

}  // namespace
}  // namespace stele::http::test
