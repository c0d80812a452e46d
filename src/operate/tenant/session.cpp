#include "operate/tenant/session.hpp"

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/pg/sql.hpp"
#include "operate/tenant/sql.hpp"

namespace stele::tenant {

Session::Session(pg::Database& db, pg::Tenant tenant, const runtime::Context& context)
    : tenant_(tenant), deadline_(context.deadline), cancelled_(context.cancelled) {
    pg::Pool& pool = db.pool();
    const Deadline patience = std::min(deadline_, deadline_in(pool.options().connect_timeout));
    connection_ = pg::Connection::open(pool.info(), {.prepared_statements = false}, patience);
    const pg::Result info = query(pg::sql::session_info);
    opening_ = {info[0].get<bool>(0), info[0].get<bool>(4)};
}

void Session::begin(const pg::Statement& statement) {
    const pg::Params none({});
    connection_->queue(statement, none);
    pg::queue_tenant(*connection_, opening_, tenant_, deadline_);
    connection_->queue(sql::copy_settings, none);
    connection_->flush(deadline_);
}

void Session::begin_snapshot() {
    begin(sql::begin_snapshot);
}

void Session::begin_write() {
    begin(pg::sql::begin);
    query(sql::lookup_settings);
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
