// The server's own numbers on /metrics, under the names and labels of postgres_exporter, so that
// the dashboards which people have already go on working.
#pragma once

#include <functional>
#include <span>

#include "foundation/base/clock.hpp"
#include "foundation/pg/database.hpp"
#include "runtime/metrics.hpp"

namespace stele::watch {

// One round trip with all that a scrape asks: the server's numbers, and whatever `more` adds to the
// same pipeline and reads from the answers that follow them. Never throws: when the server does not
// answer, pg_up is 0 and nothing else is added. Ends about at the deadline.
struct More {
    std::function<void(pg::Pipeline&)> ask;
    std::function<void(std::span<const pg::Result>)> tell;
};
// One sample of each family that scrape_server() can add, for the reference.
void sample_server(runtime::Scrape& scrape);

void scrape_server(pg::Database& db, runtime::Scrape& scrape, const More& more, Deadline deadline);

}  // namespace stele::watch
