#include "foundation/http/stack_pool.hpp"

#include <sys/mman.h>

#include <new>

namespace stele::http {

namespace {

constexpr std::size_t kGuardBytes = 64 * 1024;  // a page of any size
constexpr std::size_t kMapped = StackPool::kStackBytes + kGuardBytes;

}  // namespace

StackPool::~StackPool() {
    for (void* base : free_) ::munmap(base, kMapped);
}

boost::context::stack_context StackPool::allocate() {
    void* base = nullptr;
    if (!free_.empty()) {
        base = free_.back();
        free_.pop_back();
    } else {
        base = ::mmap(nullptr, kMapped, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
        if (base == MAP_FAILED) throw std::bad_alloc();
        if (::mprotect(base, kGuardBytes, PROT_NONE) != 0) {
            ::munmap(base, kMapped);
            throw std::bad_alloc();
        }
    }
    boost::context::stack_context stack;
    stack.size = kStackBytes;
    stack.sp = static_cast<char*>(base) + kMapped;
    return stack;
}

void StackPool::release(boost::context::stack_context& stack) noexcept {
    char* base = static_cast<char*>(stack.sp) - kMapped;
    if (free_.size() < kKept) {
        free_.push_back(base);
    } else {
        ::munmap(base, kMapped);
    }
}

}  // namespace stele::http
