// A bounded pool of connections to one database.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "foundation/base/clock.hpp"
#include "foundation/pg/tenant.hpp"

namespace stele::pg {

struct PoolOptions {
    std::size_t size = 8;
    std::chrono::milliseconds acquire_timeout{5000};
    std::chrono::milliseconds connect_timeout{5000};
    bool prepared_statements = true;
    // 0: none. A statement's own bound beside its deadline; how long a transaction may stand idle
    // until the server ends it; how long a connection may go unused until the pool closes it.
    std::chrono::milliseconds statement_timeout{0};
    std::chrono::milliseconds idle_in_transaction_timeout{0};
    std::chrono::milliseconds idle_timeout{0};
};

struct PoolStats {
    std::size_t size = 0;  // the bound
    std::size_t open = 0;
    std::size_t in_use = 0;
    std::size_t waiting = 0;
    std::uint64_t acquired = 0;
    std::uint64_t timeouts = 0;
    std::uint64_t connects = 0;
    std::uint64_t failures = 0;  // connections that could not be opened
};

// A connection with what was learned about its session.
struct PooledConnection {
    std::unique_ptr<Connection> connection;
    Opening opening;
    std::uint64_t generation = 0;  // of the pool when it was opened
    Deadline unused_since{};       // while it is idle
};

class Pool {
  public:
    Pool(ConnInfo info, PoolOptions options);

    // Gives the connection back when it goes; a broken one, or one left inside a transaction, is
    // closed.
    class Lease {
      public:
        Lease(Pool& pool, PooledConnection connection)
            : pool_(&pool), connection_(std::move(connection)) {}
        ~Lease() {
            if (connection_.connection) pool_->give_back(std::move(connection_));
        }
        Lease(Lease&&) = default;
        Lease& operator=(Lease&&) = delete;
        Connection& operator*() const { return *connection_.connection; }
        Connection* operator->() const { return connection_.connection.get(); }
        const Opening& opening() const { return connection_.opening; }

      private:
        Pool* pool_;
        PooledConnection connection_;
    };

    // Waits at most acquire_timeout for a free place, then Error(unavailable). Throws what opening
    // a connection throws.
    Lease acquire(Deadline deadline);
    // Closes idle connections; those in use are closed when they come back. After a migration or a
    // change of credentials nothing old lives on.
    void clear();
    void disable_prepared_statements();
    bool prepared_statements() const;
    PoolStats stats() const;
    ConnInfo info() const;
    // The server has moved: new connections go there, old ones are closed.
    void redirect(ConnInfo info);
    const PoolOptions& options() const { return options_; }

  private:
    PooledConnection open(Deadline deadline);
    void give_back(PooledConnection connection);
    void warn_of_timeout();
    std::vector<PooledConnection> take_unused();

    ConnInfo info_;
    PoolOptions options_;
    mutable std::mutex mutex_;
    std::condition_variable freed_;
    std::vector<PooledConnection> idle_;
    PoolStats stats_;
    Deadline next_warning_{};
    std::uint64_t generation_ = 0;  // raised by clear(): connections of an older one are not kept
};

}  // namespace stele::pg
