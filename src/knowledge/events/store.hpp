// The SQL of the events domain: the only functions that know its tables. Jobs that are announced
// are announced by the database itself (migrations/0010_events).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/pg/database.hpp"
#include "knowledge/events/types.hpp"
#include "runtime/context.hpp"

namespace stele::events {

// What is to be said. `data` is an object; it is kept as it is.
struct Announcement {
    std::string type;
    json::object data;
    std::optional<Uuid> job;
    std::optional<std::string> session;
};

// Give the id of the last. To be the last statement of its transaction: all that is said to the
// tenant waits for its commit.
std::int64_t announce(pg::Transaction& tx, const runtime::Caller& caller,
                      const std::vector<Announcement>& said);
// In a transaction of its own; not repeated after a lost connection.
std::int64_t announce(runtime::Context& context, const std::vector<Announcement>& said);

ListOutput list(runtime::Context& context, const ListInput& input);
// One of a type in ten seconds, of a job or, without one, of an instance.
EmitOutput emit(runtime::Context& context, const EmitInput& input);

// Which events somebody wants. Types that end with "." mean all that begin so.
struct Wanted {
    std::optional<Uuid> job;
    std::optional<std::string> session;
    std::vector<std::string> types;
    bool all() const { return !job && !session && types.empty(); }
    bool includes(const Event& event) const;
};

// For the feed: of these tenants, read up to `read` (-1: nothing yet), those whose stream ends
// elsewhere now, and where. It ends before `read` after the database was restored.
struct Head {
    pg::Tenant tenant;
    std::int64_t read = -1;
};
struct Heads {
    std::int64_t database = 0;  // another number after a restore: the streams may be others
    std::vector<Head> moved;
};
Heads heads_moved(runtime::Context& context, const std::vector<Head>& known);
// Events after one and up to another, the first `most` of them.
std::vector<Event> events_between(runtime::Context& context, const pg::Tenant& tenant,
                                  std::int64_t after, std::int64_t to, const Wanted& wanted,
                                  int most);
// The oldest id that is kept, or one more than the newest.
std::int64_t oldest(runtime::Context& context, const pg::Tenant& tenant);

// Drops months of the stream that were over so long ago. Returns how many.
int drop_partitions(runtime::Context& context);

}  // namespace stele::events
