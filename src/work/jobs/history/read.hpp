// Rows of the ledger as what they mean.
#pragma once

#include "work/jobs/store.hpp"

namespace stele::jobs {

// With the columns of get.sql or list.sql, without the contents.
Job read_job(const pg::Row& row);
// With the columns of replay_signals.sql.
Signal read_signal(const pg::Row& row);
// With the columns of artifacts.sql.
Artifact read_artifact(const pg::Row& row);

}  // namespace stele::jobs
