// What is seen of a running server.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/base/reflect.hpp"

namespace stele::watch {

using reflect::field;
using reflect::fields;

// ---- db activity

struct ActivityInput {
    bool all = false;
    int min_seconds = 0;
    int limit = 50;
    template <class S = ActivityInput>
    static auto describe() {
        return fields(
            field("all", &S::all, "Also sessions that wait for their client"),
            field("minSeconds", &S::min_seconds, "Only what has run for so long, in seconds")
                .range(0, 1'000'000'000),
            field("limit", &S::limit, "How many, the longest running first").clamp(1, 1000));
    }
};

struct Session {
    int pid = 0;
    std::string database;
    std::string role;
    std::string application;
    std::string client;
    std::string state;
    std::string waits_for;
    double statement_seconds = 0;
    double transaction_seconds = 0;
    std::vector<std::int64_t> blocked_by;
    std::string query;
    template <class S = Session>
    static auto describe() {
        return fields(
            field("pid", &S::pid, "The server process"),
            field("database", &S::database, "Its database"), field("role", &S::role, "Its login"),
            field("application", &S::application, "What the client calls itself"),
            field("client", &S::client, "The client's address; empty: a local socket"),
            field("state", &S::state, "active, idle, idle in transaction …; hidden: see note"),
            field("waitsFor", &S::waits_for, "What it waits for; empty: nothing, it works"),
            field("statementSeconds", &S::statement_seconds, "Since its statement began"),
            field("transactionSeconds", &S::transaction_seconds, "Since its transaction began"),
            field("blockedBy", &S::blocked_by, "Processes that hold the lock it waits for"),
            field("query", &S::query, "The statement, literals and secrets taken out"));
    }
};

struct ActivityOutput {
    std::vector<Session> sessions;
    std::string note;
    template <class S = ActivityOutput>
    static auto describe() {
        return fields(field("sessions", &S::sessions, "The longest running first"),
                      field("note", &S::note, "What could not be seen, and how to see it"));
    }
};

// ---- db slow

struct SlowInput {
    int limit = 10;
    static auto describe() {
        return fields(field("limit", &SlowInput::limit, "How many, the costliest in total first")
                          .clamp(1, 100));
    }
};

struct SlowStatement {
    std::int64_t calls = 0;
    double total_ms = 0;
    double mean_ms = 0;
    double max_ms = 0;
    std::int64_t rows = 0;
    double hit_ratio = 1;
    std::string query;
    template <class S = SlowStatement>
    static auto describe() {
        return fields(field("calls", &S::calls, "How often it ran"),
                      field("totalMs", &S::total_ms, "Time spent in it, in milliseconds"),
                      field("meanMs", &S::mean_ms, "Of one call, in milliseconds"),
                      field("maxMs", &S::max_ms, "Of the slowest call, in milliseconds"),
                      field("rows", &S::rows, "Rows given or changed, in all"),
                      field("hitRatio", &S::hit_ratio, "Share of blocks found in memory, 0 to 1"),
                      field("query", &S::query, "The statement, literals and secrets taken out"));
    }
};

struct SlowOutput {
    bool loaded = false;
    std::vector<SlowStatement> statements;
    std::string how_to_load;
    template <class S = SlowOutput>
    static auto describe() {
        return fields(field("loaded", &S::loaded, "pg_stat_statements is loaded and installed"),
                      field("statements", &S::statements, "The costliest in total first"),
                      field("howToLoad", &S::how_to_load, "What is missing, as commands"));
    }
};

// ---- db sizes

struct SizesInput {
    int limit = 30;
    static auto describe() {
        return fields(field("limit", &SizesInput::limit, "How many tables").clamp(1, 1000));
    }
};

struct TableSize {
    std::string table;
    std::int64_t rows = 0;
    std::int64_t dead_rows = 0;
    std::int64_t table_bytes = 0;
    std::int64_t toast_bytes = 0;
    std::int64_t index_bytes = 0;
    std::int64_t total_bytes = 0;
    template <class S = TableSize>
    static auto describe() {
        return fields(field("table", &S::table, "Schema and name"),
                      field("rows", &S::rows, "Live rows, as the statistics estimate them"),
                      field("deadRows", &S::dead_rows, "Rows that vacuum will take, estimated"),
                      field("tableBytes", &S::table_bytes, "The rows themselves"),
                      field("toastBytes", &S::toast_bytes, "Long values, kept apart"),
                      field("indexBytes", &S::index_bytes, "All its indexes"),
                      field("totalBytes", &S::total_bytes, "Everything together"));
    }
};

struct SizesOutput {
    std::string database;
    std::int64_t database_bytes = 0;
    std::vector<TableSize> tables;
    template <class S = SizesOutput>
    static auto describe() {
        return fields(field("database", &S::database, "The database's name"),
                      field("databaseBytes", &S::database_bytes, "On the server's disk"),
                      field("tables", &S::tables, "The largest first"));
    }
};

// ---- db indexes

struct IndexesInput {
    bool problems = false;
    static auto describe() {
        return fields(field("problems", &IndexesInput::problems, "Only those that need mending"));
    }
};

struct IndexState {
    std::string index;
    std::string table;
    std::string method;
    std::int64_t bytes = 0;
    std::int64_t scans = 0;
    bool valid = true;
    std::string problem;
    std::string mend;
    template <class S = IndexState>
    static auto describe() {
        return fields(
            field("index", &S::index, "Schema and name"), field("table", &S::table, "Its table"),
            field("method", &S::method, "btree, gin, hnsw …"), field("bytes", &S::bytes, "On disk"),
            field("scans", &S::scans, "Since the statistics were last reset"),
            field("valid", &S::valid, "Queries may use it"),
            field("problem", &S::problem, "What is wrong; empty: nothing"),
            field("mend", &S::mend, "The SQL that mends it, for the table's owner"));
    }
};

struct IndexesOutput {
    int exit_code = 0;
    std::vector<IndexState> indexes;
    template <class S = IndexesOutput>
    static auto describe() {
        return fields(field("exitCode", &S::exit_code, "0, or 1 when one needs mending"),
                      field("indexes", &S::indexes, "Those that need mending, then the largest"));
    }
};

// ---- db pool

struct PoolInput {
    std::optional<int> processes;
    std::optional<int> pool_size;
    std::vector<std::string> other_pools;
    template <class S = PoolInput>
    static auto describe() {
        return fields(
            field("processes", &S::processes,
                  "How many Stele processes there will be; absent: what is connected now")
                .range(1, 100'000),
            field("poolSize", &S::pool_size, "Connections of each; absent: database.poolSize")
                .range(1, 10'000),
            field("beside", &S::other_pools,
                  "Another program's pools, as 'agent=2x(20+40)': its application_name, processes, "
                  "connections of each and their overflow; may be repeated")
                .max_items(64));
    }
};

// A pool of another program, at its largest.
struct OtherPool {
    std::string name;
    int processes = 1;
    int pool_size = 0;
    int overflow = 0;
    std::int64_t connections = 0;
    template <class S = OtherPool>
    static auto describe() {
        return fields(field("name", &S::name, "What its clients call themselves"),
                      field("processes", &S::processes, "How many there are"),
                      field("poolSize", &S::pool_size, "Connections of each"),
                      field("overflow", &S::overflow, "What each opens beyond that in a burst"),
                      field("connections", &S::connections,
                            "processes × (poolSize + overflow): they count against "
                            "max_connections"));
    }
};

struct Client {
    std::string application;
    std::int64_t connections = 0;
    template <class S = Client>
    static auto describe() {
        return fields(field("application", &S::application, "What the clients call themselves"),
                      field("connections", &S::connections, "Open at this moment"));
    }
};

struct PoolOutput {
    int exit_code = 0;
    bool fits = true;
    std::int64_t max_connections = 0;
    std::int64_t reserved = 0;
    std::int64_t others = 0;
    std::int64_t available = 0;
    int processes = 1;
    int pool_size = 0;
    std::int64_t wanted = 0;
    std::string limited_by;
    std::vector<OtherPool> other_pools;
    std::vector<Client> clients;
    std::vector<std::string> remedies;
    template <class S = PoolOutput>
    static auto describe() {
        return fields(field("exitCode", &S::exit_code, "0, or 1 when it does not fit"),
                      field("fits", &S::fits, "wanted is at most available"),
                      field("maxConnections", &S::max_connections, "What the server admits"),
                      field("reserved", &S::reserved, "Kept for superusers and reserved roles"),
                      field("others", &S::others,
                            "Held by programs that are not Stele, now, and what `beside` names"),
                      field("available", &S::available, "What is left for Stele"),
                      field("processes", &S::processes, "Stele processes reckoned with"),
                      field("poolSize", &S::pool_size, "Connections of each"),
                      field("wanted", &S::wanted, "processes × poolSize"),
                      field("limitedBy", &S::limited_by,
                            "max_connections, or the role's or the database's own limit"),
                      field("otherPools", &S::other_pools, "What `beside` has named"),
                      field("clients", &S::clients, "Who is connected to the server now"),
                      field("remedies", &S::remedies, "What to change when it does not fit"));
    }
};

}  // namespace stele::watch
