// One moment of a database, seen by several sessions: what pg_dump writes and what is counted and
// hashed beside it agree, although writes go on.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "foundation/pg/connection.hpp"
#include "operate/archive/manifest.hpp"
#include "runtime/context.hpp"

namespace stele::archive {

// `system`: PostgreSQL's system identifier, or "host:port" where the role may not ask for it.
// `creation`: what CREATE DATABASE must say to make one with this locale, encoding and tablespace.
struct Identity {
    std::string database, server_version, schema, owner, system, creation;
    std::int64_t bytes = 0;
    bool is_template = false;
};

struct TableToHash {
    std::string name, row_bytes;  // an SQL expression
    std::int64_t bytes = 0;
};

class Snapshot {
  public:
    // Opens the session and takes the snapshot. Throws Error(refused) when the role does not see
    // every tenant's rows.
    Snapshot(const pg::ConnInfo& info, Deadline deadline);

    const std::string& id() const { return id_; }
    const Identity& identity() const { return identity_; }
    pg::Connection& connection() { return *connection_; }
    int server_version() const { return connection_->server_version(); }
    bool empty() const { return tables_.empty(); }
    std::vector<std::string> names() const;

    // Rows and checksum of every table, by name, on `jobs` sessions of their own.
    std::vector<TableState> tables(const runtime::Context& context, int jobs);
    // Throws Error(refused) when the schema stands on what is outside of it, which a dump of it
    // would not hold: it could not be restored.
    void refuse_outside();
    // All of the manifest but its tables and the dump.
    Manifest describe();

  private:
    pg::ConnInfo info_;
    Deadline deadline_;
    std::unique_ptr<pg::Connection> connection_;
    std::string id_;
    Identity identity_;
    std::vector<TableToHash> tables_;
};

// Shows how large the session's database has grown, as progress.
void show_size(const runtime::Context& context, pg::Connection& connection, std::string_view doing,
               double total);
Identity identity_of(pg::Connection& connection, Deadline deadline);
std::vector<Extension> extensions_of(pg::Connection& connection, Deadline deadline);
// Throws Error(configuration) when database.schema names another schema than the one that sessions
// of this database work in.
void require_schema(const runtime::Context& context, const Identity& identity);
using pg::quote_name;

}  // namespace stele::archive
