// Reading the ledger.
#pragma once

#include "jobs/store.hpp"

namespace stele::jobs {

// A row with the columns of get.sql or list.sql, without the contents.
Job read_job(const pg::Row& row);

}  // namespace stele::jobs
