// A thread that does a domain's background work in serve and mcp, and rests when nothing is due or
// the database is away.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "api/context.hpp"

namespace stele::api {

class Background {
  public:
    using MakeContext = std::function<Context()>;
    // Does some of what is due and says how much that was; 0: nothing is due.
    using Step = std::function<int(Context&)>;
    enum class AtEnd { finish_step, cancel_step };
    // `waits` says in the log what waits while steps fail: "vectors wait".
    Background(std::string waits, MakeContext make_context, Step step,
               AtEnd at_end = AtEnd::finish_step);
    ~Background();
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

  private:
    void run(const std::stop_token& stop);

    std::string waits_;
    MakeContext make_context_;
    Step step_;
    AtEnd at_end_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_;
};

}  // namespace stele::api
