// Stacks for coroutines, used again and again. One pool belongs to one thread.
#pragma once

#include <boost/context/stack_context.hpp>
#include <cstddef>
#include <vector>

namespace stele::http {

class StackPool {
  public:
    // Address space, not memory: only the pages that are touched count. Generous, because admit()
    // and inline handlers run on these stacks.
    static constexpr std::size_t kStackBytes = 256 * 1024;
    static constexpr std::size_t kKept = 256;

    // The shape that Boost.Context wants of a stack allocator.
    class Allocator {
      public:
        explicit Allocator(StackPool& pool) : pool_(&pool) {}
        boost::context::stack_context allocate() { return pool_->allocate(); }
        void deallocate(boost::context::stack_context& stack) noexcept { pool_->release(stack); }

      private:
        StackPool* pool_;
    };

    StackPool() { free_.reserve(kKept); }
    ~StackPool();
    StackPool(const StackPool&) = delete;
    StackPool& operator=(const StackPool&) = delete;

    boost::context::stack_context allocate();  // throws std::bad_alloc
    void release(boost::context::stack_context& stack) noexcept;

  private:
    std::vector<void*> free_;  // lowest addresses, guard page included
};

}  // namespace stele::http
