// What /metrics reads at each scrape: the pool, the HTTP server, the queues, search, PostgreSQL.
#pragma once

#include "app/app.hpp"
#include "foundation/http/server.hpp"
#include "runtime/metrics.hpp"

namespace stele::app {

// All three must outlive the last scrape. One round trip to the database, bounded by a short
// deadline; while the database is away, ours are still there and pg_up is 0.
void add_gauges(runtime::Metrics& metrics, App& app, const http::Server& server);

// What /metrics can show, whatever has happened yet.
std::vector<runtime::MetricFamily> metric_families();

}  // namespace stele::app
