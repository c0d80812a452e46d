#include "foundation/http/circuit_breaker.hpp"

namespace stele::http {

CircuitBreaker::CircuitBreaker(int failures, std::chrono::milliseconds open_for)
    : threshold_(failures), open_for_(open_for) {}

bool CircuitBreaker::allows(Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    if (failures_ < threshold_) return true;
    if (now < open_until_) return false;
    open_until_ = now + open_for_;  // for everybody but this caller
    return true;
}

void CircuitBreaker::succeeded() {
    const std::lock_guard lock(mutex_);
    failures_ = 0;
}

void CircuitBreaker::failed(Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    if (failures_ < threshold_) ++failures_;
    if (failures_ == threshold_) open_until_ = now + open_for_;
}

}  // namespace stele::http
