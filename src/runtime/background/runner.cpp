#include "runtime/background/runner.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "foundation/base/log.hpp"
#include "foundation/pg/database.hpp"
#include "runtime/background/sql.hpp"

namespace stele::background {

namespace {

constexpr double kFirstBackoff = 5, kLongestBackoff = 900;
constexpr double kLongestPause = 60;  // of an endpoint that does not say how long
constexpr std::chrono::seconds kLongestRetryAfter{3600};

double with_jitter(double seconds) {
    thread_local std::minstd_rand random{std::random_device{}()};
    return std::uniform_real_distribution<double>(seconds / 2, seconds)(random);
}

struct Taken {
    Uuid id;
    pg::Tenant tenant;
    int attempts;
};

std::optional<Taken> take(runtime::Context& context, const Task& task) {
    const pg::Result rows =
        context.db.untenanted(context.deadline, sql::take, task.name, task.lease_seconds);
    if (rows.empty()) return std::nullopt;
    return Taken{rows[0].get<Uuid>(0),
                 {rows[0].get<Uuid>(1), rows[0].get<Uuid>(2)},
                 rows[0].get<std::int32_t>(3)};
}

// Also when the step has used up the time, or is being stopped.
pg::Call closing(const Taken& taken) {
    return {taken.tenant, deadline_in(std::chrono::seconds(5))};
}

void release(runtime::Context& context, const Taken& taken, double seconds, int attempts) {
    context.db.once(closing(taken), sql::release, taken.id, seconds, std::int32_t(attempts));
}

void finish(runtime::Context& context, const Taken& taken, const Progress& progress) {
    if (progress.again) return release(context, taken, *progress.again, 0);
    context.db.once(closing(taken), sql::finish, taken.id);
}

void put_aside(runtime::Context& context, const Task& task, const Taken& taken,
               const std::string& reason) {
    Failures failure{task.name, kTenantKind};
    failure.add(taken.tenant.project, reason, taken.attempts);
    context.db.pipeline(closing(taken), [&](pg::Pipeline& p) {
        set_aside(p, taken.tenant, failure);
        p.add(sql::finish, taken.id);
    });
}

}  // namespace

double backoff_seconds(int attempts) {
    return with_jitter(std::min(kLongestBackoff, kFirstBackoff * std::exp2(attempts - 1)));
}

runtime::Context context_of(const runtime::Context& context, const pg::Tenant& tenant) {
    runtime::Context out = context;
    out.caller = {};
    out.caller.org = tenant.org;
    out.caller.project = tenant.project;
    return out;
}

void announce(pg::Database& db, const pg::Call& call, std::string_view task) {
    db.once(call, sql::announce, call.tenant.org, call.tenant.project, task);
}

std::optional<Ran> run_some(runtime::Context& context, const Task& task) {
    const std::optional<Taken> taken = take(context, task);
    if (!taken) return std::nullopt;
    Ran out{taken->tenant};
    runtime::Context theirs = context_of(context, taken->tenant);
    try {
        const Progress progress = task.step(theirs);
        out.done = progress.done;
        finish(context, *taken, progress);
    } catch (const Pause&) {
        release(context, *taken, 0, taken->attempts - 1);
        throw;
    } catch (const std::exception& error) {
        if (context.cancelled.stop_requested()) {
            release(context, *taken, 0, taken->attempts - 1);
            return out;
        }
        out.failure = error.what();
        if (taken->attempts >= kMaxAttempts)
            put_aside(context, task, *taken, out.failure);
        else
            release(context, *taken, backoff_seconds(taken->attempts), taken->attempts);
    }
    return out;
}

std::int64_t run_all(runtime::Context& context, const Task& task, double total,
                     std::string_view what) {
    std::int64_t done = 0;
    while (time_left(context.deadline).count() > 0 && !context.cancelled.stop_requested()) {
        const std::optional<Ran> ran = run_some(context, task);
        if (!ran) break;
        if (!ran->failure.empty())
            log::warn("{} of tenant {}: {}", task.name, ran->tenant.project.text(), ran->failure);
        done += ran->done;
        if (context.progress && ran->done > 0) context.progress({double(done), total, what});
    }
    return done;
}

Worker::Worker(Task task, runtime::Background::MakeContext make_context,
               runtime::Background::AtEnd at_end)
    : task_(std::move(task)),
      background_(task_.name + " waits", std::move(make_context),
                  [this](runtime::Context& context) { return step(context); }, {.at_end = at_end}) {
}

int Worker::step(runtime::Context& context) {
    if (time_left(rests_until_).count() > 0) return 0;
    try {
        const std::optional<Ran> ran = run_some(context, task_);
        if (ran && !ran->failure.empty()) failing_.failed(task_.name, ran->tenant, ran->failure);
        if (ran && ran->failure.empty()) {
            failing_.succeeded(ran->tenant);
            if (!resting_.empty()) log::info("{} goes on", task_.name);
            resting_.clear();
            pauses_ = 0;
        }
        return ran ? 1 : 0;
    } catch (const Pause& pause) {
        if (resting_ != pause.what()) log::warn("{} waits: {}", task_.name, pause.what());
        resting_ = pause.what();
        const double growing = std::min(kLongestPause, std::exp2(std::min(pauses_++, 10)));
        auto rest = std::chrono::duration<double>(with_jitter(growing));
        if (pause.retry_after())
            rest = std::max<std::chrono::duration<double>>(
                rest, std::min(*pause.retry_after(), kLongestRetryAfter));
        rests_until_ = deadline_in(std::chrono::duration_cast<std::chrono::milliseconds>(rest));
        return 0;
    }
}

}  // namespace stele::background
