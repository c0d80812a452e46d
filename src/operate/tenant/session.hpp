// Transactions in which one tenant's rows can be seen and written, and no others.
#pragma once

#include <memory>

#include "foundation/pg/database.hpp"
#include "runtime/context.hpp"

namespace stele::tenant {

// A connection of its own for as long as this object lives: the pool's are for short work. It
// prepares no statements, so any pooler may stand in between. A transaction that is still open when
// the object goes is rolled back with its connection.
class Session {
  public:
    Session(pg::Database& db, pg::Tenant tenant, const runtime::Context& context);

    // A login that could pass row-level security by takes the runtime role for the transaction.
    // Whether the policies really bind is asked once more, of each table (catalog.hpp).
    void begin_snapshot();  // one moment, read only
    void begin_write();
    void commit();
    void rollback();

    template <class... Args>
    pg::Result query(const pg::Statement& statement, const Args&... args) {
        return connection_->run(statement, pg::Params({}, args...), deadline_);
    }
    // A statement over tables whose names come from the catalog.
    pg::Result script(const std::string& sql) {
        return connection_->script(sql, deadline_, cancelled_);
    }

    pg::Connection& connection() { return *connection_; }
    const pg::Tenant& tenant() const { return tenant_; }
    Deadline deadline() const { return deadline_; }

  private:
    void begin(const pg::Statement& statement);

    pg::Tenant tenant_;
    Deadline deadline_;
    std::stop_token cancelled_;
    std::unique_ptr<pg::Connection> connection_;
    pg::Opening opening_;
};

}  // namespace stele::tenant
