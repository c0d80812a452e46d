// When a schedule's times are: a cron expression, an interval, or one time.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/clock.hpp"
#include "foundation/base/json.hpp"
#include "foundation/pg/database.hpp"
#include "work/jobs/schedules/cron.hpp"
#include "work/jobs/types.hpp"

namespace stele::jobs {

enum class WhenKind { cron, every, at };

struct When {
    WhenKind kind = WhenKind::cron;
    std::string expression;  // as job_schedules keeps it: "0 6 * * *", "1h30m", RFC 3339
    Cron cron;
    std::chrono::seconds every{0};
    Timestamp at;
};

// What a request says: a string ("0 6 * * *", "@daily", "every 1h30m", an RFC 3339 time), or an
// object with one of cron, every, at. Throws Error(invalid_argument).
When parse_when(const json::value& schedule);
When parse_when(WhenKind kind, const std::string& expression);

// The name as PostgreSQL has it. Throws Error(invalid_argument) for a zone it does not know.
std::string zone_of(pg::Transaction& tx, const std::string& name);

// Times of a schedule. Those of a cron expression are read off a clock in its zone, each once: one
// that the clock skips (it is set forward) is at the moment of the skip, and one that it shows
// twice (it is set back) is when it is shown first.
struct Clock {
    pg::Transaction& tx;
    std::string zone;

    // Up to `count`, each after `from`. Those of an interval are counted from `anchor`, which is
    // one of them.
    std::vector<Timestamp> after(const When& when, Timestamp anchor, Timestamp from, int count);
    // The last ones from `anchor` to `until`, both included, at most `count`; in the order of time.
    std::vector<Timestamp> between(const When& when, Timestamp anchor, Timestamp until, int count);

  private:
    std::vector<Timestamp> moments(const std::vector<WallMinute>& shown);
};

}  // namespace stele::jobs

template <>
struct stele::reflect::EnumNames<stele::jobs::WhenKind> {
    static constexpr std::array<std::pair<jobs::WhenKind, std::string_view>, 3> values{
        {{jobs::WhenKind::cron, "cron"},
         {jobs::WhenKind::every, "every"},
         {jobs::WhenKind::at, "at"}}};
};
