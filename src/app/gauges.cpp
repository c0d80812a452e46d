#include "app/gauges.hpp"

#include "knowledge/memory/backfill.hpp"
#include "knowledge/retrieval/search_stats.hpp"
#include "operate/watch/server_metrics.hpp"

namespace stele::app {

namespace {

// Prometheus gives a scrape ten seconds unless told otherwise; a server that is away takes this.
constexpr std::chrono::milliseconds kPatience{2'000};

void read_pool(runtime::Scrape& scrape, const pg::PoolStats& pool) {
    scrape.gauge("stele_pool_size", "Database connections at most", double(pool.size));
    scrape.gauge("stele_pool_open", "Database connections open", double(pool.open));
    scrape.gauge("stele_pool_in_use", "Database connections in use", double(pool.in_use));
    scrape.gauge("stele_pool_waiting", "Operations waiting for a connection", double(pool.waiting));
    scrape.counter("stele_pool_acquired_total", "Connections taken from the pool",
                   double(pool.acquired));
    scrape.counter("stele_pool_timeouts_total", "Waits that ended without a connection",
                   double(pool.timeouts));
    scrape.counter("stele_pool_connects_total", "Connections opened", double(pool.connects));
    scrape.counter("stele_pool_failures_total", "Connections that could not be opened",
                   double(pool.failures));
}

void read_http(runtime::Scrape& scrape, const http::ServerStats& http) {
    scrape.gauge("stele_http_connections", "HTTP connections open", double(http.connections));
    scrape.gauge("stele_http_queued", "Requests waiting for a worker", double(http.queued));
    scrape.gauge("stele_http_busy_workers", "Workers at work", double(http.busy_workers));
    scrape.counter("stele_http_requests_total", "Requests so far", double(http.requests));
    scrape.counter("stele_http_refused_connections_total", "Connections over the cap",
                   double(http.refused_connections));
}

void read_search(runtime::Scrape& scrape) {
    using runtime::MetricKind;
    const retrieval::SearchStats stats = retrieval::search_stats();
    for (std::size_t i = 0; i < stats.arms.size(); ++i) {
        const runtime::Labels arm{{"arm", retrieval::kArmNames[i]}};
        scrape.add(MetricKind::counter, "stele_search_arm_runs_total", "Runs of an arm of search",
                   arm, double(stats.arms[i].runs));
        scrape.add(MetricKind::counter, "stele_search_arm_seconds_total", "Time spent in that arm",
                   arm, stats.arms[i].seconds);
    }
    scrape.counter("stele_search_degraded_total", "Searches that had to do without meanings",
                   double(stats.degraded));
}

void read_queue(runtime::Scrape& scrape, const memory::QueueAge& queue) {
    scrape.gauge("stele_embedding_queue", "Memories waiting for a vector", double(queue.waiting));
    scrape.gauge("stele_embedding_queue_age_seconds", "How long the oldest has waited",
                 queue.oldest_seconds);
}

void read_database(runtime::Scrape& scrape, pg::Database& db) {
    watch::scrape_server(db, scrape,
                         {memory::ask_queue_age,
                          [&](std::span<const pg::Result> answers) {
                              read_queue(scrape, memory::queue_age_in(answers));
                          }},
                         deadline_in(kPatience));
}

}  // namespace

void add_gauges(runtime::Metrics& metrics, App& app, const http::Server& server) {
    metrics.on_scrape([&app, &server](runtime::Scrape& scrape) {
        read_pool(scrape, app.db().stats());
        read_http(scrape, server.stats());
        read_search(scrape);
        read_database(scrape, app.db());
    });
}

std::vector<runtime::MetricFamily> metric_families() {
    runtime::Metrics metrics;
    metrics.operation("memory.search", "ok", {});
    metrics.embedding("query", "ok", 1, {});
    metrics.on_scrape([](runtime::Scrape& scrape) {
        read_pool(scrape, {});
        read_http(scrape, {});
        read_search(scrape);
        read_queue(scrape, {});
        watch::sample_server(scrape);
    });
    return metrics.families();
}

}  // namespace stele::app
