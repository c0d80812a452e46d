#include "knowledge/conversations/concurrent_task.hpp"

namespace stele::conversations {

bool ConcurrentTask::begin(std::function<void()> first) {
    if (begun_) return false;
    begun_ = true;
    if (first || task_)
        running_ = std::async(std::launch::async, [this, first = std::move(first)] {
            if (first) first();
            if (task_) task_();
        });
    return true;
}

void ConcurrentTask::end() {
    begin();
    if (running_.valid()) running_.get();
}

}  // namespace stele::conversations
