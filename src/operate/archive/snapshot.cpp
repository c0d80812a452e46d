#include "operate/archive/snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <future>

#include "foundation/base/error.hpp"
#include "operate/archive/client_tools.hpp"
#include "operate/archive/sql.hpp"
#include "operate/cluster/sql.hpp"
#include "operate/migrations/ledger.hpp"
#include "runtime/settings.hpp"

namespace stele::archive {

namespace {

template <class... Args>
pg::Result ask(pg::Connection& connection, const pg::Statement& statement, Deadline deadline,
               const Args&... args) {
    return connection.run(statement, pg::Params(connection.types(), args...), deadline);
}

void refuse_blindness(pg::Connection& connection, const std::string& schema, Deadline deadline) {
    const pg::Result blind = ask(connection, sql::blind_tables, deadline, schema);
    if (blind.empty()) return;
    throw Error(Code::refused,
                fmt::format("this role does not see every tenant's rows of {}: a dump by it would "
                            "be incomplete",
                            blind[0].get<std::string>(0)),
                "GRANT stele_operator TO it, or connect as the owner or a superuser "
                "(database.adminUrl); a schema older than 0002 needs a superuser");
}

TableState hash_table(pg::Connection& connection, const std::string& schema,
                      const TableToHash& table, const runtime::Context& context) {
    const pg::Result result = connection.script(
        fmt::format("SELECT count(*), coalesce(sum(('x' || encode(substr(sha256({}), 1, 8), "
                    "'hex'))::bit(64)::bigint), 0) FROM {}.{}",
                    table.row_bytes, quote_name(schema), quote_name(table.name)),
        context.deadline, context.cancelled);
    return {table.name, std::stoll(std::string(result[0].raw(0))), std::string(result[0].raw(1))};
}

}  // namespace

void show_size(const runtime::Context& context, pg::Connection& connection, std::string_view doing,
               double total) {
    if (!context.progress) return;
    const pg::Result size = ask(connection, sql::database_size, context.deadline);
    context.progress({double(size[0].get<std::int64_t>(0)), total, doing, true});
}

Identity identity_of(pg::Connection& connection, Deadline deadline) {
    const pg::Result rows = ask(connection, sql::identity, deadline);
    const pg::Row row = rows[0];
    Identity out;
    out.database = row.get<std::string>(0);
    out.server_version = row.get<std::string>(1);
    out.schema = row.get<std::string>(2);
    out.owner = row.get<std::string>(3);
    out.bytes = row.get<std::int64_t>(4);
    out.is_template = row.get<bool>(5);
    out.creation = row.get<std::string>(7);
    out.system = row.get<bool>(6)
                     ? ask(connection, ops::sql::cluster_identity, deadline)[0].get<std::string>(0)
                     : connection.info().where();
    return out;
}

std::vector<Extension> extensions_of(pg::Connection& connection, Deadline deadline) {
    std::vector<Extension> out;
    for (const pg::Row row : ask(connection, sql::extensions, deadline))
        out.push_back({row.get<std::string>(0), row.get<std::string>(1), row.get<std::string>(2)});
    return out;
}

void require_schema(const runtime::Context& context, const Identity& identity) {
    const std::string& wanted = context.settings.database.schema;
    if (wanted.empty() || wanted == identity.schema) return;
    throw Error(Code::configuration,
                fmt::format("sessions of {} work in the schema \"{}\", and database.schema is "
                            "\"{}\"",
                            identity.database, identity.schema, wanted),
                "`stele db migrate` makes the schema and sets the database's search_path");
}

Snapshot::Snapshot(const pg::ConnInfo& info, Deadline deadline)
    : info_(info), deadline_(deadline), connection_(open_operator(info, deadline)) {
    connection_->script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", deadline);
    id_ = std::string(connection_->script("SELECT pg_export_snapshot()", deadline)[0].raw(0));
    identity_ = identity_of(*connection_, deadline);
    refuse_blindness(*connection_, identity_.schema, deadline);
    for (const pg::Row row : ask(*connection_, sql::tables, deadline, identity_.schema))
        tables_.push_back(
            {row.get<std::string>(0), row.get<std::string>(1), row.get<std::int64_t>(2)});
}

std::vector<std::string> Snapshot::names() const {
    std::vector<std::string> out;
    for (const TableToHash& table : tables_) out.push_back(table.name);
    return out;
}

std::vector<TableState> Snapshot::tables(const runtime::Context& context, int jobs) {
    std::vector<TableState> out(tables_.size());
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        const auto session = open_operator(info_, deadline_);
        session->script(fmt::format("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
                                    "SET TRANSACTION SNAPSHOT '{}'",
                                    id_),
                        deadline_);
        for (std::size_t i = next++; i < tables_.size(); i = next++)
            out[i] = hash_table(*session, identity_.schema, tables_[i], context);
    };
    std::vector<std::future<void>> workers;
    for (int i = 0; i < std::min<int>(jobs, int(tables_.size())); ++i)
        workers.push_back(std::async(std::launch::async, work));
    for (std::future<void>& worker : workers) worker.get();
    std::ranges::sort(out, {}, &TableState::name);
    return out;
}

void Snapshot::refuse_outside() {
    const pg::Result outside = ask(*connection_, sql::outside, deadline_, identity_.schema);
    if (outside.empty()) return;
    throw Error(Code::refused,
                fmt::format("the schema {} stands on {}, which is outside of it: a dump of the "
                            "schema could not be restored",
                            identity_.schema, outside[0].get<std::string>(0)),
                "move it into the schema, or what uses it out of it");
}

Manifest Snapshot::describe() {
    Manifest out;
    out.tool = "stele " STELE_VERSION;
    out.made_at = now();
    out.source = {info_.get("host"), info_.get("port"),        identity_.database,
                  identity_.schema,  identity_.server_version, identity_.system};
    for (const ops::LedgerRow& row : ops::read_ledger(*connection_, deadline_)) {
        out.migrations.push_back({row.version, row.name, row.checksum});
        out.migration_version = row.version;
    }
    out.extensions = extensions_of(*connection_, deadline_);
    for (const pg::Row row : ask(*connection_, sql::grants, deadline_, identity_.schema))
        out.grants.push_back(
            {row.get<std::string>(0), row.get<std::string>(1), row.get<std::string>(2)});
    out.redaction = "user names and passwords of connections are left out; rows are whole";
    return out;
}

}  // namespace stele::archive
