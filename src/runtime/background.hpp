// A thread that does a domain's background work in serve and mcp, and rests when nothing is due or
// the database is away.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "runtime/context.hpp"

namespace stele::runtime {

class Background {
  public:
    using MakeContext = std::function<Context()>;
    // Does some of what is due and says how much that was; 0: nothing is due.
    using Step = std::function<int(Context&)>;
    enum class AtEnd { finish_step, cancel_step };
    struct Options {
        AtEnd at_end = AtEnd::finish_step;
        std::vector<std::string> notifications = {};  // that end a rest (runtime/notifier.hpp)
        std::chrono::milliseconds rest_after_failure{5000};
    };
    // `waits` says in the log what waits while steps fail: "vectors wait".
    Background(std::string waits, MakeContext make_context, Step step)
        : Background(std::move(waits), std::move(make_context), std::move(step), Options()) {}
    Background(std::string waits, MakeContext make_context, Step step, Options options);
    ~Background();
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

  private:
    void run(const std::stop_token& stop);

    std::string waits_;
    MakeContext make_context_;
    Step step_;
    const Options options_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_;
};

}  // namespace stele::runtime
