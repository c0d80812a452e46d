// The inputs and outputs of the operator's verbs.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/reflect.hpp"

namespace stele::ops {

using reflect::field;
using reflect::fields;
using reflect::NoInput;

struct StatusInput {
    bool write_check = false;
    bool verbose = false;
    template <class S = StatusInput>
    static auto describe() {
        return fields(field("writeCheck", &S::write_check,
                            "Also insert a row into Stele's schema and remove it again"),
                      field("verbose", &S::verbose,
                            "Also the server, extensions, the role's powers, the pool and sizes"));
    }
};

struct StatusOutput {
    bool healthy = false;
    int exit_code = 0;
    std::vector<std::string> lines;
    std::string postgres;
    std::string schema;
    bool schema_exists = false;
    bool readable = false;
    std::optional<bool> writable;
    std::string migration_version;
    int migrations_pending = 0;
    std::vector<std::string> extensions_missing;
    std::string memory_store;
    double latency_ms = 0;
    std::string hint;
    std::optional<json::object> details;
    template <class S = StatusOutput>
    static auto describe() {
        return fields(
            field("healthy", &S::healthy, "Everything that was looked at is well"),
            field("exitCode", &S::exit_code, "0, or 3 when something is not well"),
            field("lines", &S::lines, "The seven lines of the report, in their fixed order"),
            field("postgres", &S::postgres, "ok, or what is wrong with the connection"),
            field("schema", &S::schema, "The schema that is worked in"),
            field("schemaExists", &S::schema_exists, "It is there"),
            field("readable", &S::readable, "Stele's tables can be read"),
            field("writable", &S::writable, "A row was inserted and removed; absent: not checked"),
            field("migrationVersion", &S::migration_version, "The last one applied; none, unknown"),
            field("migrationsPending", &S::migrations_pending,
                  "Known to this program, not applied"),
            field("extensionsMissing", &S::extensions_missing, "Required ones that are not there"),
            field("memoryStore", &S::memory_store, "postgres, or why it cannot be used"),
            field("latencyMs", &S::latency_ms, "One round trip to the server, in milliseconds"),
            field("hint", &S::hint, "What to do about the first thing that is wrong"),
            field("details", &S::details, "With verbose: server, role, pool, sizes, model"));
    }
};

struct MigrateInput {
    bool plan = false;
    std::optional<int> to;
    std::string dir;
    int lock_wait_ms = 60'000;
    int connect_tries = 30;
    bool into_existing = false;
    template <class S = MigrateInput>
    static auto describe() {
        return fields(
            field("plan", &S::plan,
                  "List what would run, with the locks it takes, and change nothing"),
            field("to", &S::to, "Stop after this version").range(1, 9999),
            field("dir", &S::dir, "Read the files of this folder instead of the built-in ones"),
            field("lockWaitMs", &S::lock_wait_ms,
                  "How long to wait for another migration to end, in milliseconds")
                .range(0, 86'400'000),
            field("connectTries", &S::connect_tries, "How often to try to connect, once a second")
                .range(1, 3600),
            field("intoExisting", &S::into_existing,
                  "Also in a database that holds another application's tables and no ledger"));
    }
};

struct TableLock {
    std::string table;
    std::string mode;
    template <class S = TableLock>
    static auto describe() {
        return fields(
            field("table", &S::table, "A table that was there before the file"),
            field("mode", &S::mode, "PostgreSQL's name of the lock: ACCESS EXCLUSIVE, …"));
    }
};

struct PlannedStatement {
    int line = 0;
    std::string statement;
    std::vector<TableLock> locks;
    bool dynamic = false;
    std::optional<std::string> problem;
    template <class S = PlannedStatement>
    static auto describe() {
        return fields(field("line", &S::line, "Where it begins in the file"),
                      field("statement", &S::statement, "Its beginning"),
                      field("locks", &S::locks, "Held to the end of the transaction; may be none"),
                      field("dynamic", &S::dynamic,
                            "It also runs SQL that is put together then, whose locks are unknown"),
                      field("problem", &S::problem,
                            "Why it could not be read: its locks are unknown; absent: it was"));
    }
};

struct MigrationStep {
    std::string migration;
    std::string phase;
    bool transaction = true;
    int statements = 0;
    std::int64_t duration_ms = 0;
    std::optional<std::vector<PlannedStatement>> planned;
    template <class S = MigrationStep>
    static auto describe() {
        return fields(field("migration", &S::migration, "NNNN_name"),
                      field("phase", &S::phase, "expand, or contract: something is taken away"),
                      field("transaction", &S::transaction, "Runs as one transaction"),
                      field("statements", &S::statements, "How many statements it has"),
                      field("durationMs", &S::duration_ms, "How long it took; 0 in a plan"),
                      field("planned", &S::planned, "In a plan: its statements and their locks"));
    }
};

struct MigrateOutput {
    bool planned = false;
    std::string from;
    std::string to;
    std::vector<MigrationStep> migrations;
    template <class S = MigrateOutput>
    static auto describe() {
        return fields(field("planned", &S::planned, "Nothing was run"),
                      field("from", &S::from, "The version before: NNNN, or none"),
                      field("to", &S::to, "The version after, or the one that would be reached"),
                      field("migrations", &S::migrations, "What was applied, or would be"));
    }
};

struct StartInput {
    int timeout_ms = 60'000;
    template <class S = StartInput>
    static auto describe() {
        return fields(field("timeoutMs", &S::timeout_ms,
                            "How long the server may take to answer, in milliseconds")
                          .range(1000, 3'600'000));
    }
};

struct ClusterOutput {
    bool running = false;
    bool changed = false;
    int port = 0;
    std::string version;
    std::string data;
    template <class S = ClusterOutput>
    static auto describe() {
        return fields(field("running", &S::running, "The local server answers"),
                      field("changed", &S::changed, "It was started or stopped just now"),
                      field("port", &S::port, "Its port on 127.0.0.1"),
                      field("version", &S::version, "PostgreSQL's version"),
                      field("data", &S::data, "Its data directory"));
    }
};

struct LogsInput {
    int lines = 50;
    bool follow = false;
    template <class S = LogsInput>
    static auto describe() {
        return fields(field("lines", &S::lines, "How many of the last lines").clamp(1, 100'000),
                      field("follow", &S::follow, "Go on as the server logs more").alias("f"));
    }
};

struct LogsOutput {
    std::string file;
    std::string text;
    template <class S = LogsOutput>
    static auto describe() {
        return fields(field("file", &S::file, "The log file"),
                      field("text", &S::text, "Its last lines"));
    }
};

enum class DatabaseRole { app, owner, superuser };

struct PsqlInput {
    std::string command;
    DatabaseRole role = DatabaseRole::owner;
    template <class S = PsqlInput>
    static auto describe() {
        return fields(field("command", &S::command, "Run this SQL and end").positional(),
                      field("role", &S::role, "app, owner or superuser of the local cluster"));
    }
};

struct UrlInput {
    DatabaseRole role = DatabaseRole::app;
    bool socket = false;
    template <class S = UrlInput>
    static auto describe() {
        return fields(field("role", &S::role, "app, owner or superuser"),
                      field("socket", &S::socket, "By way of the unix socket instead of TCP"));
    }
};

struct UrlOutput {
    std::string url;
    static auto describe() {
        return fields(field("url", &UrlOutput::url,
                            "Holds no password: libpq takes it from the file that passfile names"));
    }
};

struct SetupInput {
    std::string url;
    std::optional<int> port;
    std::string pg_bin;
    std::string pg_user;
    std::vector<std::string> set;
    bool docker = false;
    std::vector<std::string> client;
    bool all_clients = false;
    bool write_clients = false;
    bool into_existing = false;
    bool dry_run = false;
    template <class S = SetupInput>
    static auto describe() {
        return fields(
            field("url", &S::url,
                  "Use this PostgreSQL instead of a local one; see also DATABASE_URL")
                .secret(),
            field("port", &S::port, "Port of the local server; default 5432, or another free one")
                .range(1, 65535),
            field("pgBin", &S::pg_bin, "Directory of PostgreSQL's programs; default: found"),
            field("pgUser", &S::pg_user,
                  "Account that runs the server when this is root; default postgres, else stele"),
            field("set", &S::set, "A server setting, as name=value; may be repeated"),
            field("docker", &S::docker, "Run the server in Docker, from the bundled compose file"),
            field("client", &S::client,
                  "Write this client's configuration: opencode, claude-code, cursor or vscode"),
            field("allClients", &S::all_clients, "Write the configuration of all four clients"),
            field("writeClients", &S::write_clients,
                  "Write the configuration of the clients found here, instead of showing it"),
            field("intoExisting", &S::into_existing,
                  "Also in a database that holds another application's tables and no ledger"),
            field("dryRun", &S::dry_run, "Show what would be done and write nothing"));
    }
};

struct ClientOutput {
    std::string client;
    std::string path;
    std::string action;
    std::string diff;
    std::string backup;
    std::string problem;
    template <class S = ClientOutput>
    static auto describe() {
        return fields(field("client", &S::client, "opencode, claude-code, cursor or vscode"),
                      field("path", &S::path, "Its configuration file"),
                      field("action", &S::action,
                            "created, updated, unchanged, would create, would update, failed"),
                      field("diff", &S::diff, "The lines that change"),
                      field("backup", &S::backup, "Where the file as it was has been kept"),
                      field("problem", &S::problem, "Why it was left alone"));
    }
};

struct SetupOutput {
    int exit_code = 0;
    bool dry_run = false;
    std::string database;
    std::string cluster;
    std::string migrated;
    bool healthy = false;
    std::string config_file;
    std::vector<ClientOutput> clients;
    std::vector<std::string> notes;
    template <class S = SetupOutput>
    static auto describe() {
        return fields(
            field("exitCode", &S::exit_code, "0, or 1 when a client could not be configured"),
            field("dryRun", &S::dry_run, "Nothing was done"),
            field("database", &S::database, "Where the database is"),
            field("cluster", &S::cluster, "What was done about the server"),
            field("migrated", &S::migrated, "What was done about the schema"),
            field("healthy", &S::healthy, "A write and a read through the URL succeeded"),
            field("configFile", &S::config_file, "Where the database's URL was written"),
            field("clients", &S::clients, "The clients and their configuration"),
            field("notes", &S::notes, "What else should be known"));
    }
};

}  // namespace stele::ops

namespace stele::reflect {

template <>
struct EnumNames<ops::DatabaseRole> {
    static constexpr std::array<std::pair<ops::DatabaseRole, std::string_view>, 3> values{
        {{ops::DatabaseRole::app, "app"},
         {ops::DatabaseRole::owner, "owner"},
         {ops::DatabaseRole::superuser, "superuser"}}};
};

}  // namespace stele::reflect
