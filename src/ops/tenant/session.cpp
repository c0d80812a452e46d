#include "ops/tenant/session.hpp"

#include "base/error.hpp"
#include "pg/sql.hpp"
#include "tenant/sql.hpp"

namespace stele::tenant {

Session::Session(pg::Database& db, pg::Tenant tenant, Deadline deadline)
    : tenant_(tenant), deadline_(deadline), lease_(db.pool().acquire(deadline)) {}

void Session::begin(const pg::Statement& statement) {
    const pg::TypeOids& types = lease_->types();
    const pg::Params none(types);
    lease_->queue(statement, none);
    lease_->queue(
        lease_.needs_runtime_role() ? pg::sql::open_tenant_as_runtime : pg::sql::open_tenant,
        pg::Params(types, tenant_.org.text(), tenant_.project.text(),
                   std::to_string(time_left(deadline_).count())));
    lease_->queue(sql::copy_settings, none);
    lease_->flush(deadline_);
}

void Session::begin_snapshot() {
    begin(sql::begin_snapshot);
}

void Session::begin_write() {
    begin(pg::sql::begin);
}

void Session::commit() {
    // A COMMIT after a failed statement answers ROLLBACK, and that is no error to libpq.
    if (query(pg::sql::commit).command() != "COMMIT")
        throw Error(Code::internal, "the transaction was rolled back after an error was ignored");
}

void Session::rollback() {
    query(pg::sql::rollback);
}

}  // namespace stele::tenant
