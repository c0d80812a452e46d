// The settings of the database: where it is, as whom, and the pool of connections to it.
#pragma once

#include <string>

#include "foundation/base/limits.hpp"
#include "foundation/base/reflect.hpp"

namespace stele::runtime {

enum class MigrationMode { automatic, manual };

struct DatabaseSettings {
    std::string url;  // the runtime role's connection; empty: DATABASE_URL, then the local cluster
    std::string direct_url;  // the server itself, where url names a pooler; empty: the same as url
    std::string admin_url;   // the owner's connection for migrations; empty: as session_url()
    std::string schema;      // where the tables are; empty: where search_path leads (public)
    int pool_size = 8;
    int acquire_timeout_ms = 5000;
    int connect_timeout_ms = 5000;
    int statement_timeout_ms = 0;
    int idle_in_transaction_timeout_ms = 0;
    int idle_timeout_ms = 0;
    bool prepared_statements = true;
    MigrationMode migration_mode = MigrationMode::automatic;
    // For LISTEN and session locks, which a transaction pooler loses.
    const std::string& session_url() const { return direct_url.empty() ? url : direct_url; }
    const std::string& owner_url() const { return admin_url.empty() ? session_url() : admin_url; }
    template <class S = DatabaseSettings>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field(
                "url", &S::url,
                "PostgreSQL URL of the runtime role. Empty: STELE_DATABASE_URL, DATABASE_URL, then "
                "the local cluster")
                .secret(),
            field("directUrl", &S::direct_url,
                  "PostgreSQL URL of the server itself, where url names a pooler: for LISTEN and "
                  "session locks. Empty: the same as url")
                .secret(),
            field("adminUrl", &S::admin_url,
                  "PostgreSQL URL of the owner, for migrations. Empty: directUrl, then url")
                .secret(),
            field("schema", &S::schema,
                  "Schema of Stele's tables: made by setup and migrate, which also set the "
                  "database's search_path. Empty: where search_path leads, public as a rule")
                .max_bytes(63),
            field("poolSize", &S::pool_size, "Connections kept open at most").range(1, 200),
            field("acquireTimeoutMs", &S::acquire_timeout_ms,
                  "How long an operation waits for a connection, in milliseconds")
                .range(1, 600000),
            field("connectTimeoutMs", &S::connect_timeout_ms,
                  "How long opening a connection may take, in milliseconds")
                .range(1, 600000),
            field(
                "statementTimeoutMs", &S::statement_timeout_ms,
                "How long a tenant's statement may run, in milliseconds; 0: until the operation's "
                "deadline")
                .range(0, 86'400'000),
            field("idleInTransactionTimeoutMs", &S::idle_in_transaction_timeout_ms,
                  "How long a tenant's transaction may stand idle until the server ends it, in "
                  "milliseconds; 0: as the server is set")
                .range(0, 86'400'000),
            field("idleTimeoutMs", &S::idle_timeout_ms,
                  "How long a connection may go unused until the pool closes it, in milliseconds; "
                  "0: it stays open")
                .range(0, 86'400'000),
            field("preparedStatements", &S::prepared_statements,
                  "Prepare statements by name; switch off behind a pooler that cannot"),
            field("migrationMode", &S::migration_mode,
                  "auto: serve and mcp migrate a stale schema at start; manual: they refuse"));
    }
};

}  // namespace stele::runtime
