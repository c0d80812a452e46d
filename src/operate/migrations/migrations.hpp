// Migrations: the schema's history as numbered files, and the runner that brings a database to it.
//
// Files are migrations/NNNN_name.up.sql and .down.sql, numbered from 0001 without a gap. A line
// `-- stele:no-transaction` in the comment at the top runs a file statement by statement, each
// committing by itself (CREATE INDEX CONCURRENTLY); `-- stele:phase contract` marks one that takes
// something away. What was applied stands in schema_migrations.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "foundation/base/clock.hpp"
#include "foundation/pg/conninfo.hpp"

namespace stele::pg {
class Connection;
class Database;
}  // namespace stele::pg

namespace stele::ops {

struct Migration {
    int version = 0;  // 1…9999
    std::string name;
    std::string up;
    std::string down;
    std::string checksum;  // SHA-256 of `up`
    bool contract = false;
    bool in_transaction = true;

    std::string id() const;  // "0001_foundation"
};

// In order: the migration at position i has version i + 1.
using Migrations = std::vector<Migration>;

std::string version_text(int version);  // 3 → "0003"

// The ones that this program was built with.
const Migrations& embedded_migrations();
// Those of a directory. Throws Error(configuration) for a wrong name, a gap, a duplicate, an up
// without its down, and for what no migration may hold (transaction control, COPY FROM STDIN).
Migrations migrations_in(const std::filesystem::path& directory);
// One value for the whole history, for naming what was built from it.
std::string checksum_of(const Migrations& migrations);

struct MigrateOptions {
    const Migrations* migrations = nullptr;  // null: the embedded ones
    std::optional<int> to;                   // stop after this version
    bool plan = false;                       // list what would run and change nothing
    std::string schema = {};                 // of the tables; "": where search_path leads
    bool into_existing = false;              // also beside tables of another application
    int connect_tries = 30;
    std::chrono::milliseconds connect_pause{1000};
    std::chrono::milliseconds lock_wait{60'000};     // for another runner to end
    std::chrono::milliseconds lock_timeout{10'000};  // of the files' own statements
    std::stop_token cancelled = {};                  // looked at between files
};

struct AppliedMigration {
    const Migration* migration = nullptr;
    std::chrono::milliseconds duration{0};
};

struct MigrateResult {
    int from = 0;                           // version before; 0: none
    int to = 0;                             // version after, or the one that would be reached
    std::vector<AppliedMigration> applied;  // with `plan`: what would be
};

// Runs what is missing, one runner at a time: a session advisory lock is held from before the
// ledger is touched to the end. Needs a direct connection, or a session pooler. Throws
//   Error(unavailable)    the server cannot be reached, or its pgvector is too old
//   Error(configuration)  a transaction pooler stands in between
//   Error(conflict)       another runner kept the lock longer than lock_wait; says which
//   Error(refused)        drift: details {"drift": "newer"|"changed"|"gap"|"out_of_order"}; tables
//                         of another application and no ledger: details {"refusal"}
//   Error(failed)         a file failed; it was rolled back and nothing after it ran
MigrateResult migrate(const pg::ConnInfo& admin, const MigrateOptions& options = {});

// For what changes the ledger in other ways (db adopt, db revert): the runner's connection, which
// holds the runners' lock as long as it lives, and one step back. Throws as migrate does.
std::unique_ptr<pg::Connection> open_runner(const pg::ConnInfo& admin,
                                            const MigrateOptions& options);
// Runs a migration's down file and takes its ledger row away, in one transaction unless the file
// says no-transaction: then its row goes last, and a failure leaves what ran before.
std::chrono::milliseconds unapply(pg::Connection& runner, const Migration& migration,
                                  const MigrateOptions& options);

// How a database's schema stands to this program's migrations; one or two cheap reads.
struct SchemaState {
    int version = 0;     // the highest applied; 0: no ledger, or an empty one
    int pending = 0;     // known here and not applied there
    std::string drift;   // what is wrong, in a sentence; empty: nothing
    bool newer = false;  // a later release has migrated; expand-only, so this one works on
};
SchemaState schema_state(pg::Database& db, Deadline deadline);

}  // namespace stele::ops
