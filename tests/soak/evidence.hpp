// What a soak saw, and what of it must not be. Pure: no database, no clock, so that a test can show
// that each breach is found.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace stele::soak {

// One run of a job's function, as its worker recorded it over a connection of its own. Times are
// microseconds of the database's clock.
struct Run {
    std::string job;
    int generation = 0;
    std::int64_t lease_until = 0;  // as it came with the lease; renewals can only be later
    std::int64_t began = 0;
    std::optional<std::int64_t> ended;  // none: its worker was killed, or it goes on
};

struct State {
    std::string status;
    int generation = 0;  // that it ended with
};

// Completions that the server acknowledged to a worker.
struct Ack {
    std::string job;
    int generation = 0;
    std::int64_t at = 0;
};

struct Evidence {
    std::map<std::string, std::string> acknowledged;  // key → id, of submissions
    std::map<std::string, State> jobs;                // id → how it stands in the ledger
    std::vector<Run> runs;
    std::vector<Ack> acks;
    int live = 0;  // rows of job_queue
};

// A sample of what a table costs.
struct Size {
    std::int64_t dead = 0, bytes = 0, rows = 0;
};

// Each a sentence; none: all is well.
std::vector<std::string> breaches(const Evidence& seen);

// job_queue is vacuumed from 5,000 dead rows on (its autovacuum_vacuum_threshold), looked at once a
// second; until then the load goes on. Six versions a job (lease, renewals, end) for the jobs of
// three seconds come on top. Its file may grow while that happens, but not go on growing: between
// the middle and the end by half and 2 MB at most.
std::vector<std::string> size_breaches(const Size& middle, const Size& end, double jobs_per_second);
// jobs keeps every row. Its end is written into the page of its beginning, whose old version goes
// with the next look at the page; the rest is autovacuum's, from 50 rows and a fifth of the table
// on. So its bytes a row stay what they were in the middle, within a quarter and 2 MB.
std::vector<std::string> ledger_breaches(const Size& middle, const Size& end,
                                         double jobs_per_second);
// While an old snapshot is open nothing can be removed: six versions of each job that was done
// meanwhile may lie there, and no more. Afterwards a vacuum finds nothing that it has to leave.
std::vector<std::string> snapshot_breaches(const Size& open, const Size& after, std::int64_t jobs);

}  // namespace stele::soak
