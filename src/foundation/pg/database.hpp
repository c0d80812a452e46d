// The way to the tables: tenant transactions over a pool, with retries.
//
// Every transaction opens with the tenant's settings in the same round trip as its first statement;
// row-level security then shows that tenant's rows and no other. Serialization failures and
// deadlocks are run again (limits::kRetries). When the connection is lost, what may be repeated is
// repeated on a new one, for at most the pool's acquire timeout: a restart of the server is a
// pause, not an error.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <stop_token>

#include "foundation/pg/pool.hpp"
#include "foundation/pg/tenant.hpp"

namespace stele::pg {

// How one call behaves. `repeatable`: running it twice leaves what running it once would, so a lost
// connection may be answered by trying again; otherwise the caller is told the outcome is unknown.
// `snapshot`: every statement of a transaction() sees the same moment of the database, and none may
// write (REPEATABLE READ READ ONLY); once() and pipeline() are single moments anyway and ignore it.
struct Call {
    Tenant tenant;
    Deadline deadline;
    std::stop_token cancelled = {};
    bool repeatable = true;
    bool snapshot = false;
};

// Statements for one round trip; together they are one transaction.
class Pipeline {
  public:
    // Both return the place of its answer among the answers.
    template <class... Args>
    std::size_t add(const Statement& statement, const Args&... args) {
        return add(statement, Params(connection_.types(), args...));
    }
    std::size_t add(const Statement& statement, const Params& params) {
        connection_.queue(statement, params);
        return added_++;
    }
    // Lets the server begin on what was added while the caller makes the next ready.
    void send() { connection_.send_queued(); }
    // The statements that follow keep one plan, whatever the length of their arrays: planning them
    // anew costs more than most of them. Snapshots do so by themselves.
    void keep_one_plan();
    const TypeOids& types() const { return connection_.types(); }

  private:
    friend class Database;
    friend class Transaction;
    explicit Pipeline(Connection& connection) : connection_(connection) {}
    Connection& connection_;
    std::size_t added_ = 0;
};

// Inside a transaction of several statements. Valid only within the function it was given to.
class Transaction {
  public:
    // One round trip; the first one also carries BEGIN and the tenant's settings.
    template <class... Args>
    Result query(const Statement& statement, const Args&... args) {
        return run(statement, Params(connection_.types(), args...));
    }
    Result run(const Statement& statement, const Params& params);
    // Statements that do not need each other's answers, in one round trip. Answers come in their
    // order.
    std::vector<Result> pipeline(const std::function<void(Pipeline&)>& fill);
    const TypeOids& types() const { return connection_.types(); }
    Deadline deadline() const { return call_.deadline; }

  private:
    friend class Database;
    Transaction(Connection& connection, const Opening& opening, const Call& call)
        : connection_(connection), opening_(opening), call_(call) {}
    int open();  // gives how many answers it will have; 0 when it is open
    void commit();
    void rollback() noexcept;

    Connection& connection_;
    const Opening opening_;
    const Call& call_;
    bool open_ = false;
};

class Database {
  public:
    Database(ConnInfo info, PoolOptions options) : pool_(std::move(info), options) {}

    // One statement in a tenant transaction of its own: a single round trip.
    template <class... Args>
    Result once(const Call& call, const Statement& statement, const Args&... args) {
        return std::move(pipeline(call, [&](Pipeline& p) { p.add(statement, args...); }).back());
    }

    // Statements that do not need each other's answers: one tenant transaction, one round trip, all
    // or nothing. Answers come in their order. `fill` may run more than once.
    std::vector<Result> pipeline(const Call& call, const std::function<void(Pipeline&)>& fill);

    // Several statements, all or nothing. `body` may run more than once and must have no effect but
    // through its Transaction.
    template <class Body>
    auto transaction(const Call& call, Body body) {
        using T = std::invoke_result_t<Body, Transaction&>;
        if constexpr (std::is_void_v<T>) {
            run_transaction(call, [&](Transaction& tx) { body(tx); });
        } else {
            std::optional<T> out;
            run_transaction(call, [&](Transaction& tx) { out.emplace(body(tx)); });
            return std::move(*out);
        }
    }

    // A connection outside any tenant, for what has no tenant: status, the registry of models.
    template <class... Args>
    Result untenanted(Deadline deadline, const Statement& statement, const Args&... args) {
        std::optional<Result> out;
        retry({{}, deadline}, [&](Pool::Lease& lease) {
            out.emplace(lease->run(statement, Params(lease->types(), args...), deadline));
        });
        return std::move(*out);
    }

    // Statements outside any tenant, in one round trip and one transaction. `fill` may run more
    // than once.
    std::vector<Result> untenanted_pipeline(Deadline deadline,
                                            const std::function<void(Pipeline&)>& fill);

    // The same as stele_maintenance, who may drop partitions; a login that is no member of it stays
    // what it is, and is refused unless it owns the tables.
    std::vector<Result> as_maintenance(Deadline deadline,
                                       const std::function<void(Pipeline&)>& fill);

    // Tells this object from every other of the process, also from one that comes to lie in its
    // place.
    std::uint64_t id() const { return id_; }
    Pool& pool() { return pool_; }
    PoolStats stats() const { return pool_.stats(); }

  private:
    void run_transaction(const Call& call, const std::function<void(Transaction&)>& body);
    void retry(const Call& call, const std::function<void(Pool::Lease&)>& attempt);

    Pool pool_;
    static inline std::atomic<std::uint64_t> next_id_ = 1;
    const std::uint64_t id_ = next_id_++;
    std::atomic<bool> ever_connected_ = false;
};

}  // namespace stele::pg
