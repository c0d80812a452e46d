// The one mechanism of background tasks: each tenant that has work is served in isolation.
//
// Which tenants have work stands in due_work, ids alone: who makes work announces it in the same
// statement (stele_is_announced). A worker takes the tenant that has been due for longest for a
// while, does a piece of its work in transactions of that tenant, and says when it is due again.
// One that fails waits, longer from time to time, and stops nobody else; after kMaxAttempts in a
// row the task is set aside for that tenant as a dead letter, until more work is announced or
// somebody asks for it. Any number of processes may run a task at once, and each may die at any
// moment.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/error.hpp"
#include "runtime/background.hpp"
#include "runtime/background/backoffs.hpp"
#include "runtime/background/dead_letters.hpp"
#include "runtime/context.hpp"

namespace stele::background {

inline constexpr int kMaxAttempts = 10;

// What a piece of work has come to.
struct Progress {
    std::int64_t done = 0;             // items
    std::optional<double> again = {};  // seconds until there may be more; nothing: nothing is left
};

// Thrown by a task when what all tenants depend on does not serve, an endpoint: the task rests, and
// the tenant is not to blame.
class Pause : public Error {
  public:
    explicit Pause(const std::string& why, std::optional<std::chrono::seconds> retry_after = {})
        : Error(Code::unavailable, why, "it is tried again by itself", {}, true),
          retry_after_(retry_after) {}
    const std::optional<std::chrono::seconds>& retry_after() const { return retry_after_; }

  private:
    std::optional<std::chrono::seconds> retry_after_;
};

struct Task {
    std::string name;  // due_work.task
    // Does a piece of the work of the context's caller's tenant.
    std::function<Progress(runtime::Context&)> step;
    // Makes items of one kind due again, in the tenant of the context: what background.retry does
    // beside dropping their dead letters and announcing the task. Items that are gone are left out.
    std::function<void(runtime::Context&, std::string_view kind, const std::vector<Uuid>&)> retry =
        {};
    double lease_seconds = 120;  // longer than a step takes
};

// One tenant's piece of work. `failure` says what went wrong; its tenant comes back later.
struct Ran {
    pg::Tenant tenant;
    std::int64_t done = 0;
    std::string failure;
};

// Serves the tenant that has been due for longest; nothing: none is due. Throws Pause, and what
// keeps it from the database.
std::optional<Ran> run_some(runtime::Context& context, const Task& task);

// Until no tenant is due or the deadline passes; reports progress as `what`. Returns how much was
// done.
std::int64_t run_all(runtime::Context& context, const Task& task, double total,
                     std::string_view what);

// Seconds until the next of `attempts` tries: 5 after the first, doubled each time, 15 minutes at
// most; between half of it and all of it, so that what failed together does not come together.
double backoff_seconds(int attempts);

// The context of a tenant whose work is done on nobody's behalf.
runtime::Context context_of(const runtime::Context& context, const pg::Tenant& tenant);

// Announces work of a task in a tenant, in a transaction of its own.
void announce(pg::Database& db, const pg::Call& call, std::string_view task);

// Runs a task in the background of serve and mcp for as long as it lives. A problem is said once,
// until it changes or is over.
class Worker {
  public:
    Worker(Task task, runtime::Background::MakeContext make_context,
           runtime::Background::AtEnd at_end = runtime::Background::AtEnd::finish_step);

  private:
    int step(runtime::Context& context);

    Task task_;
    Backoffs failing_;
    std::string resting_;  // why the task rests, as it was said
    int pauses_ = 0;       // in a row
    Deadline rests_until_{};
    runtime::Background background_;
};

}  // namespace stele::background
