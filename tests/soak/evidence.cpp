#include "soak/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace stele::soak {

namespace {

constexpr std::int64_t kVacuumFrom = 5'000, kVersions = 6;
constexpr std::int64_t kFreeBytes = 2 << 20;

using Found = std::vector<std::string>;

void check_submissions(const Evidence& seen, Found& out) {
    for (const auto& [key, id] : seen.acknowledged) {
        const auto job = seen.jobs.find(id);
        if (job == seen.jobs.end())
            out.push_back(fmt::format("submission {} ({}) was acknowledged and is lost", key, id));
        else if (job->second.status != "complete")
            out.push_back(fmt::format("job {} ({}) is {}", id, key, job->second.status));
    }
    if (seen.live > 0) out.push_back(fmt::format("{} rows stayed in job_queue", seen.live));
}

// Two runs of a job at once: only when the lease of the first had run out.
void check_overlaps(const std::vector<const Run*>& runs, Found& out) {
    for (std::size_t i = 0; i < runs.size(); ++i)
        for (std::size_t j = i + 1; j < runs.size(); ++j) {
            const Run &first = *runs[i], &next = *runs[j];
            if (first.generation == next.generation)
                out.push_back(fmt::format("job {}: generation {} was run twice", first.job,
                                          first.generation));
            const auto ended = first.ended.value_or(std::numeric_limits<std::int64_t>::max());
            if (next.began < ended && next.began < first.lease_until)
                out.push_back(fmt::format(
                    "job {}: generation {} began {} ms before the lease of generation {} ended",
                    first.job, next.generation, (first.lease_until - next.began) / 1000,
                    first.generation));
        }
}

void check_acks(const Evidence& seen, const std::map<std::string, std::vector<const Run*>>& runs,
                Found& out) {
    std::map<std::string, int> times;
    for (const Ack& ack : seen.acks) {
        if (++times[ack.job] == 2)
            out.push_back(fmt::format("job {}: two completions were acknowledged", ack.job));
        const auto job = seen.jobs.find(ack.job);
        if (job == seen.jobs.end() || job->second.status != "complete" ||
            job->second.generation != ack.generation)
            out.push_back(
                fmt::format("job {}: the acknowledged completion of generation {} is lost", ack.job,
                            ack.generation));
        if (const auto of_job = runs.find(ack.job); of_job != runs.end())
            for (const Run* run : of_job->second)
                if (run->began > ack.at)
                    out.push_back(fmt::format("job {}: run again after it was complete", ack.job));
    }
}

}  // namespace

Found breaches(const Evidence& seen) {
    Found out;
    std::map<std::string, std::vector<const Run*>> runs;
    for (const Run& run : seen.runs) runs[run.job].push_back(&run);
    for (auto& [job, list] : runs) {
        std::ranges::sort(list, {}, [](const Run* run) { return run->began; });
        check_overlaps(list, out);
    }
    check_submissions(seen, out);
    check_acks(seen, runs, out);
    for (const auto& [id, job] : seen.jobs) {
        if (job.status != "complete") continue;
        const auto of_job = runs.find(id);
        const bool done =
            of_job != runs.end() && std::ranges::any_of(of_job->second, [&](const Run* run) {
                return run->generation == job.generation && run->ended;
            });
        if (!done)
            out.push_back(
                fmt::format("job {}: complete by generation {}, which never ran to its end", id,
                            job.generation));
    }
    return out;
}

Found size_breaches(const Size& middle, const Size& end, double jobs_per_second) {
    Found out;
    const auto most = kVacuumFrom + std::int64_t(3 * kVersions * jobs_per_second);
    if (end.dead > most)
        out.push_back(fmt::format("job_queue has {} dead rows, {} are allowed", end.dead, most));
    if (end.bytes > middle.bytes + middle.bytes / 2 + kFreeBytes)
        out.push_back(fmt::format("job_queue grew from {} to {} bytes in the second half",
                                  middle.bytes, end.bytes));
    return out;
}

Found ledger_breaches(const Size& middle, const Size& end, double jobs_per_second) {
    Found out;
    const auto most = 50 + end.rows / 5 + std::int64_t(3 * jobs_per_second);
    if (end.dead > most)
        out.push_back(fmt::format("jobs has {} dead rows, {} are allowed", end.dead, most));
    const double grown = double(end.rows) / double(std::max<std::int64_t>(middle.rows, 1));
    if (double(end.bytes) > 1.25 * grown * double(middle.bytes) + kFreeBytes)
        out.push_back(fmt::format("jobs grew from {} bytes for {} rows to {} for {}", middle.bytes,
                                  middle.rows, end.bytes, end.rows));
    return out;
}

Found snapshot_breaches(const Size& open, const Size& after, std::int64_t jobs) {
    Found out;
    if (open.dead > kVersions * jobs + kVacuumFrom)
        out.push_back(fmt::format("{} dead rows in job_queue for {} jobs under the old snapshot",
                                  open.dead, jobs));
    if (after.dead > 0)
        out.push_back(
            fmt::format("{} dead rows are left in job_queue after the snapshot went", after.dead));
    return out;
}

}  // namespace stele::soak
