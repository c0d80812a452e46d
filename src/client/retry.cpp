#include "client/retry.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>

namespace stele::client {

bool may_pass(const Error& error) {
    switch (error.code()) {
        case Code::unavailable:
        case Code::rate_limited:
        case Code::deadline_exceeded:
        case Code::internal:
            return true;
        default:
            return error.retryable();
    }
}

void rest(std::chrono::milliseconds time, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, time, [] { return false; });
}

std::chrono::milliseconds Backoff::next() {
    thread_local std::mt19937 random{std::random_device{}()};
    const auto most = wait_.count();
    wait_ = std::min(wait_ * 2, kMost);
    return std::chrono::milliseconds(
        std::uniform_int_distribution<std::chrono::milliseconds::rep>(most / 2, most)(random));
}

json::object insist(Transport& transport, std::string_view operation, const json::object& input,
                    const std::stop_token& give_up) {
    Backoff backoff;
    while (true) {
        try {
            return transport.call(operation, input);
        } catch (const Error& error) {
            if (!may_pass(error) || give_up.stop_requested()) throw;
        }
        rest(backoff.next(), give_up);
    }
}

}  // namespace stele::client
