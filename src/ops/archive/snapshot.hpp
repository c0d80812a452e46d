// One moment of a database, seen by several sessions: what pg_dump writes and what is counted and
// hashed beside it agree, although writes go on.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/context.hpp"
#include "ops/archive/manifest.hpp"
#include "pg/connection.hpp"

namespace stele::archive {

struct Identity {
    std::string database, server_version, schema, owner;
    std::int64_t bytes = 0;
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
    std::vector<TableState> tables(const api::Context& context, int jobs);
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
void show_size(const api::Context& context, pg::Connection& connection, std::string_view doing,
               double total);
Identity identity_of(pg::Connection& connection, Deadline deadline);
// Identifiers as SQL wants them.
std::string quote_name(const std::string& name);

}  // namespace stele::archive
