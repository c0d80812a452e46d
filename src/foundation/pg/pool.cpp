#include "foundation/pg/pool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "foundation/base/log.hpp"
#include "foundation/pg/environment.hpp"
#include "foundation/pg/error.hpp"
#include "foundation/pg/sql.hpp"

namespace stele::pg {

namespace {

constexpr std::chrono::seconds kWarningPause{1};

// A session that works in another schema would find other tables, or none. search_path is the
// database's own (ALTER DATABASE … SET): a SET here would be lost behind a transaction pooler, and
// many poolers refuse startup options.
void refuse_other_schema(const ConnInfo& info, const std::string& current) {
    const auto wanted = info.values().find(kSchema);
    if (wanted == info.values().end() || wanted->second == current) return;
    throw Error(Code::configuration,
                fmt::format("sessions at {} work in the schema \"{}\", and database.schema is "
                            "\"{}\"",
                            info.where(), current, wanted->second),
                "`stele db migrate` makes the schema and sets the database's search_path; behind "
                "a pooler its sessions must be new ones",
                {{"schema", wanted->second}});
}

}  // namespace

Pool::Pool(ConnInfo info, PoolOptions options) : info_(std::move(info)), options_(options) {
    stats_.size = options_.size;
}

Pool::Lease Pool::acquire(Deadline deadline) {
    const Deadline until = std::min(deadline, deadline_in(options_.acquire_timeout));
    std::unique_lock lock(mutex_);
    ++stats_.waiting;
    const bool free = freed_.wait_until(lock, until, [&] { return stats_.in_use < stats_.size; });
    --stats_.waiting;
    if (!free) {
        ++stats_.timeouts;
        warn_of_timeout();
        throw Error(Code::unavailable,
                    fmt::format("no database connection came free in {} ms (all {} in use)",
                                options_.acquire_timeout.count(), stats_.size),
                    "raise database.poolSize, or send fewer requests at once", {}, true);
    }
    ++stats_.in_use;
    ++stats_.acquired;
    while (!idle_.empty()) {
        PooledConnection candidate = std::move(idle_.back());
        idle_.pop_back();
        if (candidate.connection->alive()) return Lease(*this, std::move(candidate));
        --stats_.open;
    }
    const std::uint64_t generation = generation_;
    lock.unlock();
    try {
        PooledConnection fresh = open(std::min(deadline, deadline_in(options_.connect_timeout)));
        fresh.generation = generation;
        lock.lock();
        ++stats_.open;
        ++stats_.connects;
        return Lease(*this, std::move(fresh));
    } catch (...) {
        if (!lock.owns_lock()) lock.lock();
        --stats_.in_use;
        ++stats_.failures;
        freed_.notify_one();
        throw;
    }
}

// Both texts are what operators search their logs for (docs/guides/from-vestige.md). An overloaded
// server would say it for each request.
void Pool::warn_of_timeout() {
    const auto time = std::chrono::steady_clock::now();
    if (time < next_warning_) return;
    next_warning_ = time + kWarningPause;
    log::warn(
        "pool acquire timed out: pool timed out while waiting for an open connection ({} ms, all "
        "{} in use, {} more waiting)",
        options_.acquire_timeout.count(), stats_.size, stats_.waiting);
}

PooledConnection Pool::open(Deadline deadline) {
    PooledConnection out;
    const ConnInfo where = this->info();
    out.connection =
        Connection::open(where, {.prepared_statements = prepared_statements()}, deadline);
    // Without a name it is not prepared: it is asked once, and behind a pooler another client may
    // have prepared that name on the server's session.
    note_executed(sql::session_info);
    const Statement once{"", sql::session_info.text};
    const Result info = out.connection->run(once, Params({}), deadline);
    refuse_other_schema(where, info[0].get<std::string>(3));
    out.opening = {info[0].get<bool>(0), info[0].get<bool>(4), options_.statement_timeout,
                   options_.idle_in_transaction_timeout};
    out.connection->set_types(
        {std::uint32_t(info[0].get<std::int32_t>(1)), std::uint32_t(info[0].get<std::int32_t>(2))});
    return out;
}

void Pool::give_back(PooledConnection connection) {
    const bool keep = !connection.connection->broken() && !connection.connection->in_transaction();
    std::vector<PooledConnection> unused;
    {
        const std::lock_guard lock(mutex_);
        --stats_.in_use;
        if (keep && connection.generation == generation_) {
            connection.unused_since = std::chrono::steady_clock::now();
            idle_.push_back(std::move(connection));
        } else {
            --stats_.open;
        }
        unused = take_unused();
    }
    freed_.notify_one();
    // What was not kept is closed here, outside the lock.
}

// The one that came back last is taken first, so the longest unused stand in front.
std::vector<PooledConnection> Pool::take_unused() {
    if (options_.idle_timeout.count() == 0) return {};
    const auto limit = std::chrono::steady_clock::now() - options_.idle_timeout;
    const auto fresh = std::ranges::find_if(
        idle_, [&](const PooledConnection& one) { return one.unused_since >= limit; });
    std::vector<PooledConnection> out(std::make_move_iterator(idle_.begin()),
                                      std::make_move_iterator(fresh));
    idle_.erase(idle_.begin(), fresh);
    stats_.open -= out.size();
    return out;
}

void Pool::clear() {
    std::vector<PooledConnection> closing;
    const std::lock_guard lock(mutex_);
    ++generation_;
    stats_.open -= idle_.size();
    closing.swap(idle_);
}

ConnInfo Pool::info() const {
    const std::lock_guard lock(mutex_);
    return info_;
}

void Pool::redirect(ConnInfo info) {
    {
        const std::lock_guard lock(mutex_);
        info_ = std::move(info);
    }
    clear();
}

void Pool::disable_prepared_statements() {
    {
        const std::lock_guard lock(mutex_);
        options_.prepared_statements = false;
    }
    clear();
}

bool Pool::prepared_statements() const {
    const std::lock_guard lock(mutex_);
    return options_.prepared_statements;
}

PoolStats Pool::stats() const {
    const std::lock_guard lock(mutex_);
    return stats_;
}

}  // namespace stele::pg
