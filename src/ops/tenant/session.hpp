// Transactions in which one tenant's rows can be seen and written, and no others.
#pragma once

#include "pg/database.hpp"

namespace stele::tenant {

// A connection of the pool for as long as this object lives. A transaction that is still open then
// is rolled back with its connection.
class Session {
  public:
    Session(pg::Database& db, pg::Tenant tenant, Deadline deadline);

    // A login that could pass row-level security by takes the runtime role for the transaction.
    // Whether the policies really bind is asked once more, of each table (catalog.hpp).
    void begin_snapshot();  // one moment, read only
    void begin_write();
    void commit();
    void rollback();

    template <class... Args>
    pg::Result query(const pg::Statement& statement, const Args&... args) {
        return lease_->run(statement, pg::Params(lease_->types(), args...), deadline_);
    }
    // A statement over tables whose names come from the catalog.
    pg::Result script(const std::string& sql) { return lease_->script(sql, deadline_); }

    pg::Connection& connection() { return *lease_; }
    const pg::Tenant& tenant() const { return tenant_; }
    Deadline deadline() const { return deadline_; }

  private:
    void begin(const pg::Statement& statement);

    pg::Tenant tenant_;
    Deadline deadline_;
    pg::Pool::Lease lease_;
};

}  // namespace stele::tenant
