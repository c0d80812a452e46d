// The one place that calls an operation: whatever door a call came through, it passes here.
//
// In order: a known caller that has not run out, its scopes, the tenant it may touch, the rate and
// number of its calls, the input with every wrong field named, the operation, what it leaves in the
// audit log, and a count of how it ended.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "runtime/caller/call_limiter.hpp"
#include "runtime/notifier.hpp"
#include "runtime/operation.hpp"

namespace stele::runtime {

class Metrics;

class Dispatcher {
  public:
    struct Options {
        Metrics* metrics = nullptr;             // null: nothing is counted
        runtime::Recorder* recorder = nullptr;  // null: a line of the log
        runtime::CallLimiter::Options limits;   // defaults hold for what is neither shell nor
                                                // server token
    };
    Dispatcher();
    explicit Dispatcher(Options options);
    // Before the first call.
    void limit(runtime::CallLimiter::Options limits);

    // What may be refused before the input is known. Throws Error(unauthenticated, forbidden), and
    // counts that.
    void admit(const Operation& op, const Caller& caller) const;
    // Throws Error(rate_limited) when no call of this caller could begin now; takes nothing.
    void admit_rate(const Caller& caller) const;

    // Runs it; one that can wait is run until there is something, its time is over or somebody
    // cancels it. Without notifier it looks once a second (Context::look_again).
    json::value call(const Operation& op, Context& context, const json::value& input);

    // For a door that holds no thread meanwhile: what there is now, and when to look again.
    struct PollResult {
        json::value output;
        struct Later {
            Deadline again;
            std::function<std::shared_ptr<void>(std::function<void()>)> listen;
        };
        std::optional<Later> later;  // nothing yet
    };
    // `arrived` is when the waiting began; `again`: it is not the first look.
    PollResult poll_once(const Operation& op, Context& context, const json::value& input,
                         Deadline arrived, bool again);

    // Server-sent events until the client goes.
    std::shared_ptr<http::EventChannel> stream(const Operation& op, Context& context,
                                               const json::value& input);

  private:
    static void check(const Operation& op, const Caller& caller);
    json::value run(const Operation& op, Context& context, const json::value& input);
    json::value run_recorded(const Operation& op, Context& context, const json::value& input);
    template <class Body>
    auto counted(const Operation& op, Body body) const;

    Metrics* const metrics_;
    runtime::Recorder& recorder_;
    std::unique_ptr<runtime::CallLimiter> limiter_;
};

}  // namespace stele::runtime
