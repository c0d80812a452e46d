#include "operate/migrations/migrations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "foundation/base/limits.hpp"
#include "foundation/base/log.hpp"
#include "foundation/base/text.hpp"
#include "foundation/pg/database.hpp"
#include "foundation/pg/error.hpp"
#include "foundation/pg/pooler.hpp"
#include "operate/cluster/extensions.hpp"
#include "operate/migrations/ledger.hpp"
#include "operate/migrations/migration_files.hpp"
#include "operate/migrations/schema_place.hpp"
#include "operate/migrations/sql.hpp"
#include "operate/migrations/sql_script.hpp"

namespace stele::ops {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ConnectionPtr = std::unique_ptr<pg::Connection>;

// A file may rewrite a large table; what bounds its locks is lock_timeout.
constexpr std::chrono::hours kFileLimit{24};
constexpr milliseconds kShort{30'000};  // the runner's own statements
constexpr milliseconds kLockPoll{100};  // between two tries for the runners' lock

Deadline soon() {
    return deadline_in(kShort);
}

pg::Params none(const pg::Connection& connection) {
    return pg::Params(connection.types());
}

void check_cancelled(const MigrateOptions& options) {
    if (options.cancelled.stop_requested())
        throw Error(Code::cancelled, "the migration was stopped between two files",
                    "run it again to finish");
}

// Everything runs once: preparing would cost a round trip each and break behind a pooler.
ConnectionPtr open(const pg::ConnInfo& info, milliseconds patience) {
    return pg::Connection::open(info, {.prepared_statements = false}, deadline_in(patience));
}

ConnectionPtr connect(const pg::ConnInfo& admin, const MigrateOptions& options) {
    for (int tries = 1;; ++tries) {
        try {
            return open(admin, limits::kConnectTimeout);
        } catch (const pg::ServerError& error) {
            if (!error.retryable() || tries >= options.connect_tries) throw;
            log::info("waiting for PostgreSQL at {} ({} of {}): {}", admin.where(), tries,
                      options.connect_tries, error.message());
        }
        check_cancelled(options);
        std::this_thread::sleep_for(options.connect_pause);
    }
}

// There a session lock would belong to nobody.
void refuse_transaction_pooler(pg::Connection& connection) {
    if (pg::behind_transaction_pooler(connection, soon()))
        throw Error(Code::configuration,
                    fmt::format("{} is a transaction pooler, through which a migration cannot "
                                "hold its lock",
                                connection.info().where()),
                    "give the server's own address: database.adminUrl or database.directUrl "
                    "(STELE_DATABASE_ADMIN_URL, STELE_DATABASE_DIRECT_URL)");
}

std::string lock_holder(pg::Connection& connection) {
    const pg::Result holder = connection.run(sql::migration_lock_holder, none(connection), soon());
    if (holder.empty()) return "it ended just now";
    return fmt::format("process {} ({}) is running: {}", holder[0].get<std::int32_t>(0),
                       holder[0].get<std::optional<std::string>>(1).value_or(""),
                       excerpt(holder[0].get<std::optional<std::string>>(2).value_or(""), 120));
}

void take_lock(pg::Connection& connection, const MigrateOptions& options) {
    const Deadline patience = deadline_in(options.lock_wait);
    while (!connection.run(sql::migration_lock, none(connection), soon())[0].get<bool>(0)) {
        if (time_left(patience).count() == 0)
            throw Error(Code::conflict,
                        fmt::format("another migration holds the lock since more than {} ms; {}",
                                    options.lock_wait.count(), lock_holder(connection)),
                        "wait for it and run this again; pg_terminate_backend(<process>) ends it",
                        {}, true);
        check_cancelled(options);
        std::this_thread::sleep_for(kLockPoll);
    }
}

// A runner that was killed must not hold the lock for as long as its statement runs.
void prepare_session(pg::Connection& connection, const MigrateOptions& options) {
    connection.script(fmt::format("SET lock_timeout = {}; SET statement_timeout = 0; "
                                  "SET idle_in_transaction_session_timeout = 0; "
                                  "SET client_connection_check_interval = 1000",
                                  options.lock_timeout.count()),
                      soon());
}

[[noreturn]] void failed(const std::string& file, bool in_transaction,
                         const ScriptStatement& statement, const pg::ServerError& error) {
    const bool lost = error.connection_lost();
    const Code code = lost ? Code::unavailable : Code::failed;
    std::string hint = error.hint();
    if (!in_transaction && !lost)
        hint =
            "what ran before it stays; the file will run again from its top, so each statement "
            "must bear that (IF NOT EXISTS). " +
            hint;
    throw Error(code,
                fmt::format("{}:{}: {}; in: {}", file, statement.line, error.message(),
                            excerpt(statement.text, 100)),
                hint, error.details(), lost || error.sqlstate() == "55P03");
}

void run_statements(pg::Connection& connection, const std::string& file, bool in_transaction,
                    const std::vector<ScriptStatement>& statements) {
    for (const ScriptStatement& statement : statements) {
        try {
            connection.script(std::string(statement.text), deadline_in(kFileLimit));
        } catch (const pg::ServerError& error) {
            failed(file, in_transaction, statement, error);
        }
    }
}

void rollback(pg::Connection& connection) noexcept {
    if (connection.broken()) return;
    try {
        connection.script("ROLLBACK", soon());
    } catch (...) {
        connection.mark_broken();
    }
}

// What a crash during CREATE INDEX CONCURRENTLY left under a name of this file would make IF NOT
// EXISTS pass over an index that never answers.
void drop_invalid_indexes(pg::Connection& connection, const Migration& migration,
                          const std::vector<ScriptStatement>& statements) {
    const pg::Result invalid = connection.run(sql::invalid_indexes, none(connection), soon());
    for (const auto row : invalid) {
        const auto name = row.get<std::string>(0);
        const bool ours = std::ranges::any_of(statements, [&](const ScriptStatement& statement) {
            return std::ranges::find(statement.words, name) != statement.words.end();
        });
        if (!ours) continue;
        log::warn("{}: rebuilding the index {}, which an interrupted run left INVALID",
                  migration.id(), row.get<std::string>(1));
        connection.script("DROP INDEX CONCURRENTLY IF EXISTS " + row.get<std::string>(1),
                          deadline_in(kFileLimit));
    }
}

milliseconds since(steady_clock::time_point start) {
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
}

milliseconds apply_in_transaction(pg::Connection& connection, const Migration& migration) {
    const auto start = steady_clock::now();
    const auto statements = split_script(migration.up);
    try {
        connection.script("BEGIN", soon());
        run_statements(connection, migration.id() + ".up.sql", true, statements);
        connection.script("RESET ROLE; RESET search_path", soon());
        const milliseconds took = since(start);
        record(connection, migration, took, soon());
        connection.script("COMMIT", deadline_in(kFileLimit));
        return took;
    } catch (...) {
        rollback(connection);
        throw;
    }
}

milliseconds apply_without_transaction(pg::Connection& connection, const Migration& migration) {
    const auto start = steady_clock::now();
    const auto statements = split_script(migration.up);
    drop_invalid_indexes(connection, migration, statements);
    run_statements(connection, migration.id() + ".up.sql", false, statements);
    connection.script("RESET ROLE; RESET search_path", soon());
    const milliseconds took = since(start);
    record(connection, migration, took, soon());
    return took;
}

milliseconds apply(pg::Connection& connection, const Migration& migration,
                   const MigrateOptions& options) {
    prepare_session(connection, options);
    const milliseconds took = migration.in_transaction
                                  ? apply_in_transaction(connection, migration)
                                  : apply_without_transaction(connection, migration);
    log::info("applied {} in {} ms", migration.id(), took.count());
    return took;
}

void refuse_drift(const std::vector<LedgerRow>& rows, const Migrations& migrations) {
    if (const auto drift = find_drift(rows, migrations))
        throw Error(Code::refused, drift->message, drift->remedy, {{"drift", drift->kind}});
}

int target_version(const MigrateOptions& options, const Migrations& migrations, int current) {
    const int last = int(migrations.size());
    if (!options.to) return last;
    if (*options.to < 1 || *options.to > last)
        throw Error(Code::invalid_argument,
                    fmt::format("to: there is no migration {}; the last one is {}",
                                version_text(*options.to), version_text(last)));
    if (*options.to < current)
        throw Error(Code::refused,
                    fmt::format("the database is at {}, beyond {}", version_text(current),
                                version_text(*options.to)),
                    "migrating never goes back; restore a backup instead");
    return *options.to;
}

// Whatever refuses, refuses before anything is made.
void enter_schema(ConnectionPtr& connection, const pg::ConnInfo& admin,
                  const MigrateOptions& options) {
    if (!options.into_existing) refuse_foreign_tables(*connection, options.schema, soon());
    if (options.schema.empty() || !use_schema(*connection, options.schema, options.plan, soon()))
        return;
    connection.reset();  // its search_path is still the old one
    connection = connect(admin, options);
    take_lock(*connection, options);
}

}  // namespace

std::unique_ptr<pg::Connection> open_runner(const pg::ConnInfo& admin,
                                            const MigrateOptions& options) {
    ConnectionPtr connection = connect(admin, options);
    refuse_transaction_pooler(*connection);
    take_lock(*connection, options);
    prepare_session(*connection, options);
    return connection;
}

milliseconds unapply(pg::Connection& runner, const Migration& migration,
                     const MigrateOptions& options) {
    check_cancelled(options);
    prepare_session(runner, options);
    const auto start = steady_clock::now();
    const bool in_transaction = !header_says(migration.down, "stele:no-transaction");
    const auto statements = split_script(migration.down);
    try {
        if (in_transaction) runner.script("BEGIN", soon());
        run_statements(runner, migration.id() + ".down.sql", in_transaction, statements);
        runner.script("RESET ROLE; RESET search_path", soon());
        runner.run(sql::ledger_delete, pg::Params(runner.types(), migration.version), soon());
        if (in_transaction) runner.script("COMMIT", deadline_in(kFileLimit));
    } catch (...) {
        if (in_transaction) rollback(runner);
        throw;
    }
    log::info("reverted {}", migration.id());
    return since(start);
}

MigrateResult migrate(const pg::ConnInfo& admin, const MigrateOptions& options) {
    const Migrations& migrations = options.migrations ? *options.migrations : embedded_migrations();
    ConnectionPtr connection = connect(admin, options);
    if (!options.plan) {
        refuse_transaction_pooler(*connection);
        take_lock(*connection, options);
    }
    refuse_old_extensions(*connection, soon());
    enter_schema(connection, admin, options);
    const auto rows = read_ledger(*connection, soon());
    refuse_drift(rows, migrations);
    MigrateResult result;
    result.from = result.to = rows.empty() ? 0 : rows.back().version;
    const int target = target_version(options, migrations, result.from);
    if (!options.plan && result.from < target) ensure_ledger(*connection, soon());
    for (int version = result.from + 1; version <= target; ++version) {
        const Migration& migration = migrations[std::size_t(version - 1)];
        check_cancelled(options);
        const milliseconds took =
            options.plan ? milliseconds(0) : apply(*connection, migration, options);
        result.applied.push_back({&migration, took});
        result.to = version;
    }
    if (!options.plan && !result.applied.empty()) grant_schema_usage(*connection, soon());
    return result;
}

SchemaState schema_state(pg::Database& db, Deadline deadline) {
    const Migrations& migrations = embedded_migrations();
    SchemaState state;
    state.pending = int(migrations.size());
    if (!db.untenanted(deadline, sql::ledger_exists)[0].get<bool>(0)) return state;
    const auto rows = ledger_rows(db.untenanted(deadline, sql::ledger_rows));
    if (rows.empty()) return state;
    state.version = rows.back().version;
    state.pending = std::max(int(migrations.size()) - state.version, 0);
    if (const auto drift = find_drift(rows, migrations)) {
        state.drift = drift->message;
        state.newer = drift->kind == "newer";
    }
    return state;
}

}  // namespace stele::ops
