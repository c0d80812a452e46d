// The questions behind the verbs; the doctor asks them too. Each is one or two round trips outside
// any tenant, and throws Error(unavailable) when the server does not answer.
#pragma once

#include "foundation/base/clock.hpp"
#include "operate/watch/types.hpp"

namespace stele::pg {
class Database;
}

namespace stele::watch {

ActivityOutput activity(pg::Database& db, const ActivityInput& input, Deadline deadline);
SlowOutput slow(pg::Database& db, const SlowInput& input, Deadline deadline);
SizesOutput sizes(pg::Database& db, const SizesInput& input, Deadline deadline);
IndexesOutput indexes(pg::Database& db, const IndexesInput& input, Deadline deadline);
// `pool_size` is the setting that counts when the input says nothing.
PoolOutput pool_budget(pg::Database& db, const PoolInput& input, int pool_size, Deadline deadline);

// How a person reads them; rows are cut to a terminal's width, `--json` has all.
std::string render_activity(const json::value& output);
std::string render_slow(const json::value& output);
std::string render_sizes(const json::value& output);
std::string render_indexes(const json::value& output);
std::string render_pool(const json::value& output);

std::string bytes_text(std::int64_t bytes);  // "14 MB"

}  // namespace stele::watch
