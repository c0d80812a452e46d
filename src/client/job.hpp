// A job in a worker's hands: what it was asked, and what a handler can say about it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>

#include "foundation/base/json.hpp"

namespace stele::client {

struct Held;

// What a handler throws when an attempt failed and it has a say in what follows. Any other
// std::exception means the same with retry.
class Failure : public std::runtime_error {
  public:
    explicit Failure(const std::string& what, bool retry = true,
                     std::optional<int> delay_seconds = {})
        : std::runtime_error(what), retry_(retry), delay_seconds_(delay_seconds) {}
    bool retry() const { return retry_; }
    std::optional<int> delay_seconds() const { return delay_seconds_; }

  private:
    bool retry_;
    std::optional<int> delay_seconds_;
};

// Leaves a handler: the job waits for something, or is another's now. No std::exception, so that a
// handler that catches those does not hold it up. Let it pass.
struct Left {};

// Steps, waits and checkpoints are with the server when their function returns, however often that
// must be said; when the job is not this worker's any more, they throw Left. Used by the one thread
// that the handler runs on.
class Job {
  public:
    explicit Job(std::shared_ptr<Held> held);

    const std::string& id() const;
    const std::string& name() const;
    const std::string& queue() const;
    int attempt() const;     // from 1
    int generation() const;  // of this lease
    int version() const;
    const json::value& input() const;
    const json::object& leased() const;  // everything that job.lease gave

    // Requested when the job was cancelled or is another's, and when the worker must end.
    std::stop_token stopped() const;
    bool lost() const;  // cancelled, or another's: nothing that is said counts any more

    // Gives what the step of this name gave: of an earlier attempt when that finished it, else by
    // running it now. Names are a job's own, so each step has another.
    json::value step(const std::string& name, const std::function<json::value()>& run);

    // These give the job back and leave the handler with Left; once it is over, the handler runs
    // again from its beginning and comes past. `name` tells one wait of a job from another.
    void sleep(const std::string& name, std::chrono::seconds time);
    // Nothing: it did not come within `at_most`.
    std::optional<json::value> wait_signal(const std::string& name,
                                           std::optional<std::chrono::seconds> at_most = {});
    void wait_children(const std::string& name);

    // On record with the job; these are sent a few at a time, in their order.
    void event(const std::string& type, const json::value& payload = nullptr);
    void tool_call(const std::string& tool, const json::value& args, const json::value& result,
                   bool ok, std::chrono::milliseconds took);
    // Gives its place in the job. Safe ones can be resumed from.
    int checkpoint(const std::string& label, const json::value& state, bool safe = true);
    // The state of the last safe one, of this or an earlier attempt; null: there is none.
    const json::value& last_checkpoint() const;

  private:
    json::object say(const char* operation, json::object item);
    [[noreturn]] void suspend(json::object wait);
    const json::value* finished(const std::string& name) const;
    void keep_step(const std::string& name, const json::value& output,
                   const std::string& started_at);

    std::shared_ptr<Held> held_;
};

}  // namespace stele::client
