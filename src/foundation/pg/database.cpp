#include "foundation/pg/database.hpp"

#include <algorithm>
#include <thread>

#include "foundation/base/limits.hpp"
#include "foundation/base/log.hpp"
#include "foundation/pg/environment.hpp"
#include "foundation/pg/error.hpp"
#include "foundation/pg/sql.hpp"
#include "foundation/pg/tenant.hpp"

namespace stele::pg {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPasswordPause{100};

// A pooler in transaction mode hands prepared statements to strangers: 26000 unknown, 42P05 taken,
// 08P01 protocol it does not speak.
bool prepared_statements_fail(const ServerError& error) {
    return error.sqlstate() == "26000" || error.sqlstate() == "42P05";
}

milliseconds backoff(int attempt) {
    return std::min(milliseconds(10 << std::min(attempt, 6)), milliseconds(500));
}

void roll_back(Connection& connection) noexcept {
    if (connection.broken()) return;
    try {
        connection.run(sql::rollback, Params(connection.types()), deadline_in(milliseconds(2000)));
    } catch (...) {
        connection.mark_broken();  // closing it rolls back for certain
    }
}

}  // namespace

void Database::retry(const Call& call, const std::function<void(Pool::Lease&)>& attempt) {
    const Deadline patience = std::min(call.deadline, deadline_in(pool_.options().acquire_timeout));
    for (int tries = 0;; ++tries) {
        bool started = false;
        try {
            Pool::Lease lease = pool_.acquire(call.deadline);
            ever_connected_ = true;
            started = true;
            attempt(lease);
            return;
        } catch (const ServerError& error) {
            const bool serialization = is_serialization_failure(error.sqlstate());
            // Others may have met the same and switched already; this call goes again all the same.
            if (prepared_statements_fail(error) && tries < limits::kRetries) {
                if (pool_.prepared_statements()) {
                    log::warn(
                        "a pooler stands between here and PostgreSQL: going on without "
                        "prepared statements");
                    pool_.disable_prepared_statements();
                }
                continue;
            }
            if (serialization && tries < limits::kRetries && time_left(call.deadline).count() > 0) {
                std::this_thread::sleep_for(backoff(tries));
                continue;
            }
            const bool refused = error.sqlstate().starts_with("28");
            // Who changes a password changes the role first and the file a moment later.
            if (refused && !started && tries < limits::kRetries &&
                time_left(patience) > kPasswordPause && password_is_in_file(pool_.info())) {
                std::this_thread::sleep_for(kPasswordPause);
                continue;
            }
            // A refused login says nothing about the sessions that are open.
            if (error.connection_lost() && !refused) pool_.clear();
            if (!error.connection_lost() || !error.retryable() || !ever_connected_) throw;
            if (started && !call.repeatable)
                throw Error(
                    Code::unavailable,
                    std::string(error.message()) + "; whether the write happened is unknown",
                    "look before you repeat it", error.details());
            if (time_left(patience).count() == 0) throw;
            std::this_thread::sleep_for(std::min(backoff(tries), time_left(patience)));
        }
    }
}

std::vector<Result> Database::pipeline(const Call& call,
                                       const std::function<void(Pipeline&)>& fill) {
    std::vector<Result> out;
    retry(call, [&](Pool::Lease& lease) {
        // What stands between two syncs is one implicit transaction; SET LOCAL alone needs BEGIN.
        const bool block = lease.opening().by_set_local;
        if (block) lease->queue(sql::begin, Params(lease->types()));
        const int opened = queue_tenant(*lease, lease.opening(), call.tenant, call.deadline);
        Pipeline pipeline(*lease);
        fill(pipeline);
        if (block) lease->queue(sql::commit, Params(lease->types()));
        try {
            out = lease->flush(call.deadline, call.cancelled);
        } catch (...) {
            if (block) roll_back(*lease);
            throw;
        }
        if (block) out.pop_back();
        out.erase(out.begin(), out.begin() + opened + int(block));
    });
    return out;
}

std::vector<Result> Database::untenanted_pipeline(Deadline deadline,
                                                  const std::function<void(Pipeline&)>& fill) {
    std::vector<Result> out;
    retry({{}, deadline}, [&](Pool::Lease& lease) {
        Pipeline pipeline(*lease);
        fill(pipeline);
        out = lease->flush(deadline);
    });
    return out;
}

std::vector<Result> Database::as_maintenance(Deadline deadline,
                                             const std::function<void(Pipeline&)>& fill) {
    std::vector<Result> out = untenanted_pipeline(deadline, [&](Pipeline& p) {
        p.add(sql::become_maintenance);
        fill(p);
    });
    out.erase(out.begin());
    return out;
}

void Database::run_transaction(const Call& call, const std::function<void(Transaction&)>& body) {
    retry(call, [&](Pool::Lease& lease) {
        Transaction tx(*lease, lease.opening(), call);
        try {
            body(tx);
            tx.commit();
        } catch (...) {
            tx.rollback();
            throw;
        }
    });
}

void Pipeline::keep_one_plan() {
    add(sql::one_plan);
}

int Transaction::open() {
    if (open_) return 0;
    const Params none(connection_.types());
    connection_.queue(call_.snapshot ? sql::begin_snapshot : sql::begin, none);
    const int opened = queue_tenant(connection_, opening_, call_.tenant, call_.deadline);
    if (call_.snapshot) connection_.queue(sql::one_plan, none);
    open_ = true;
    return 1 + opened + int(call_.snapshot);
}

std::vector<Result> Transaction::pipeline(const std::function<void(Pipeline&)>& fill) {
    const int before = open();
    Pipeline pipeline(connection_);
    fill(pipeline);
    std::vector<Result> out = connection_.flush(call_.deadline, call_.cancelled);
    out.erase(out.begin(), out.begin() + before);
    return out;
}

Result Transaction::run(const Statement& statement, const Params& params) {
    open();
    connection_.queue(statement, params);
    return std::move(connection_.flush(call_.deadline, call_.cancelled).back());
}

void Transaction::commit() {
    if (!open_) return;
    const Result done = connection_.run(sql::commit, Params(connection_.types()), call_.deadline);
    open_ = false;
    // A COMMIT of a transaction in which something failed answers ROLLBACK, and that is no error to
    // libpq.
    if (done.command() != "COMMIT")
        throw Error(Code::internal, "the transaction was rolled back after an error was ignored");
}

void Transaction::rollback() noexcept {
    if (open_) roll_back(connection_);
}

}  // namespace stele::pg
