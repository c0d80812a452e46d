#include "operate/watch/server_metrics.hpp"

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "operate/watch/sql.hpp"

namespace stele::watch {

namespace {

struct Family {
    const char* name;
    const char* help;
};

// What one statement's rows mean: first the labels as text, then a float8 a family; NULL: no
// sample.
struct Source {
    const pg::Statement& statement;
    std::vector<const char*> labels;
    std::vector<Family> families;
};

Source tables() {
    return {
        sql::metrics_tables,
        {"datname", "schemaname", "relname"},
        {{"pg_stat_user_tables_seq_scan", "Sequential scans of this table"},
         {"pg_stat_user_tables_seq_tup_read", "Rows read by sequential scans"},
         {"pg_stat_user_tables_idx_scan", "Index scans of this table"},
         {"pg_stat_user_tables_idx_tup_fetch", "Rows fetched by index scans"},
         {"pg_stat_user_tables_n_tup_ins", "Rows inserted"},
         {"pg_stat_user_tables_n_tup_upd", "Rows updated"},
         {"pg_stat_user_tables_n_tup_del", "Rows deleted"},
         {"pg_stat_user_tables_n_tup_hot_upd", "Rows updated without touching an index"},
         {"pg_stat_user_tables_n_live_tup", "Live rows, estimated"},
         {"pg_stat_user_tables_n_dead_tup", "Dead rows, estimated"},
         {"pg_stat_user_tables_n_mod_since_analyze", "Rows changed since the last analyze"},
         {"pg_stat_user_tables_last_vacuum", "Last manual vacuum, as Unix time; 0: never"},
         {"pg_stat_user_tables_last_autovacuum", "Last autovacuum, as Unix time; 0: never"},
         {"pg_stat_user_tables_last_analyze", "Last manual analyze, as Unix time; 0: never"},
         {"pg_stat_user_tables_last_autoanalyze", "Last autoanalyze, as Unix time; 0: never"},
         {"pg_stat_user_tables_vacuum_count", "Manual vacuums"},
         {"pg_stat_user_tables_autovacuum_count", "Autovacuums"},
         {"pg_stat_user_tables_analyze_count", "Manual analyzes"},
         {"pg_stat_user_tables_autoanalyze_count", "Autoanalyzes"},
         {"pg_stat_user_tables_table_size_bytes", "Disk space of the table without its indexes"},
         {"pg_stat_user_tables_index_size_bytes", "Disk space of all its indexes"}}};
}

const std::vector<Source>& sources() {
    static const std::vector<Source> all{
        {sql::metrics_server,
         {},
         {{"pg_postmaster_start_time_seconds", "When the server started, as Unix time"},
          {"pg_settings_max_connections", "Connections that the server admits"},
          {"pg_settings_reserved_connections", "Of those, kept for superusers and reserved roles"},
          {"pg_replication_is_replica", "1 when the server is a standby"},
          {"pg_replication_lag_seconds", "How far a standby is behind"}}},
        {sql::metrics_databases,
         {"datid", "datname"},
         {{"pg_stat_database_numbackends", "Backends connected to this database"},
          {"pg_stat_database_xact_commit", "Transactions committed"},
          {"pg_stat_database_xact_rollback", "Transactions rolled back"},
          {"pg_stat_database_blks_read", "Blocks read from disk"},
          {"pg_stat_database_blks_hit", "Blocks found in the buffer cache"},
          {"pg_stat_database_tup_returned", "Rows read by scans"},
          {"pg_stat_database_tup_fetched", "Rows fetched by index scans"},
          {"pg_stat_database_tup_inserted", "Rows inserted"},
          {"pg_stat_database_tup_updated", "Rows updated"},
          {"pg_stat_database_tup_deleted", "Rows deleted"},
          {"pg_stat_database_conflicts", "Queries cancelled by recovery on a standby"},
          {"pg_stat_database_temp_files", "Temporary files made"},
          {"pg_stat_database_temp_bytes", "Bytes written to temporary files"},
          {"pg_stat_database_deadlocks", "Deadlocks found"},
          {"pg_stat_database_blk_read_time", "Time spent reading blocks; 0 unless it is tracked"},
          {"pg_stat_database_blk_write_time",
           "Time spent writing blocks; 0 unless it is tracked"}}},
        {sql::metrics_database_size,
         {"datname"},
         {{"pg_database_size_bytes", "Disk space of this database"},
          {"pg_database_wraparound_age_datfrozenxid_seconds",
           "Age of the oldest unfrozen transaction id, in transactions (named as postgres_exporter "
           "does)"},
          {"pg_database_wraparound_age_datminmxid_seconds",
           "Age of the oldest multixact id, in multixacts"}}},
        {sql::metrics_activity,
         {"datname", "state", "usename", "backend_type", "wait_event_type"},
         {{"pg_stat_activity_count", "Sessions in this state"},
          {"pg_stat_activity_max_tx_duration", "Seconds of the longest transaction in it"}}},
        {sql::metrics_locks, {"datname", "mode"}, {{"pg_locks_count", "Locks held or awaited"}}},
        tables(),
        {sql::metrics_indexes,
         {"datname", "schemaname", "relname", "indexrelname"},
         {{"pg_stat_user_indexes_idx_scan", "Scans of this index"},
          {"pg_stat_user_indexes_idx_tup_read", "Entries read from it"},
          {"pg_stat_user_indexes_idx_tup_fetch", "Rows fetched by way of it"},
          {"pg_stat_user_indexes_size_bytes", "Its disk space"}}},
    };
    return all;
}

void add_rows(runtime::Scrape& scrape, const Source& source, const pg::Result& rows) {
    for (const pg::Row row : rows) {
        runtime::Labels labels;
        int column = 0;
        for (const char* label : source.labels)
            labels.emplace_back(label, row.get<std::string>(column++));
        // Untyped: half of these names are counters without "_total" or end in "_count", which
        // Prometheus' own lint refuses of a typed metric; the names are what dashboards know.
        for (const Family& family : source.families)
            if (const auto value = row.get<std::optional<double>>(column++))
                scrape.add(runtime::MetricKind::untyped, family.name, family.help, labels, *value);
    }
}

std::vector<pg::Result> ask(pg::Database& db, const More* more, Deadline deadline) {
    return db.untenanted_pipeline(deadline, [&](pg::Pipeline& pipeline) {
        pipeline.add(sql::metrics_bounds, std::to_string(time_left(deadline).count() + 1));
        for (const Source& source : sources()) pipeline.add(source.statement);
        if (more) more->ask(pipeline);
    });
}

void up(runtime::Scrape& scrape, bool value) {
    scrape.add(runtime::MetricKind::gauge, "pg_up", "1 when the database answers", {},
               value ? 1 : 0);
}

}  // namespace

void sample_server(runtime::Scrape& scrape) {
    up(scrape, true);
    for (const Source& source : sources()) {
        runtime::Labels labels;
        for (const char* label : source.labels) labels.emplace_back(label, "");
        for (const Family& family : source.families)
            scrape.add(runtime::MetricKind::untyped, family.name, family.help, labels, 0);
    }
}

void scrape_server(pg::Database& db, runtime::Scrape& scrape, const More& more, Deadline deadline) {
    std::vector<pg::Result> answers;
    bool whole = true;
    try {
        try {
            answers = ask(db, &more, deadline);
        } catch (const Error& error) {
            // Stele's own tables may be missing or locked; the server has answered all the same.
            if (error.code() == Code::unavailable || time_left(deadline).count() == 0) throw;
            log::debug("scraping the server alone: {}", error.what());
            whole = false;
            answers = ask(db, nullptr, deadline);
        }
    } catch (const Error& error) {
        log::debug("not scraped: {}", error.what());
        return up(scrape, false);
    }
    up(scrape, true);
    const auto& all = sources();
    for (std::size_t i = 0; i < all.size(); ++i) add_rows(scrape, all[i], answers[i + 1]);
    if (whole) more.tell(std::span(answers).subspan(all.size() + 1));
}

}  // namespace stele::watch
