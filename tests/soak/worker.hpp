// The worker program of a soak: `stele_soak worker URL RECORDS_URL`.
#pragma once

#include <string>

namespace stele::soak {

// Where workers write what they run: in a database of its own, over connections of their own.
inline constexpr auto kRecords = R"(
    CREATE TABLE runs (job uuid, generation int, lease_until timestamptz, mark text UNIQUE,
                       began timestamptz DEFAULT clock_timestamp(), ended timestamptz);
    CREATE INDEX ON runs (job, generation);
    CREATE TABLE acks (job uuid, generation int, mark text UNIQUE,
                       at timestamptz DEFAULT clock_timestamp()))";

// Works until it is killed.
int work(const std::string& url, const std::string& records_url);

}  // namespace stele::soak
