#include "operate/archive/rotation.hpp"

#include <chrono>
#include <set>

namespace stele::archive {

namespace {

using namespace std::chrono;

sys_days day_of(const RotatedBackup& backup) {
    return floor<days>(sys_time<microseconds>(microseconds(backup.made_at.micros)));
}

std::int64_t day_number(sys_days day) {
    return day.time_since_epoch().count();
}

// The first of January 1970 was a Thursday.
std::int64_t week_number(sys_days day) {
    return (day.time_since_epoch().count() + 3) / 7;
}

std::int64_t month_number(sys_days day) {
    const year_month_day date(day);
    return int(date.year()) * 12 + int(unsigned(date.month()));
}

}  // namespace

std::vector<std::string> reasons_to_keep(const std::vector<RotatedBackup>& backups,
                                         const Rotation& rotation) {
    std::vector<std::string> out(backups.size());
    const auto keep = [&](std::size_t at, const char* reason) {
        if (out[at].empty()) out[at] = reason;
    };
    const auto keep_periods = [&](int count, auto number_of, bool all, const char* reason) {
        std::set<std::int64_t> seen;
        for (std::size_t i = 0; i < backups.size(); ++i) {
            const std::int64_t period = number_of(day_of(backups[i]));
            const bool first = !seen.contains(period);
            if (first && int(seen.size()) == count) return;
            seen.insert(period);
            if (first || all) keep(i, reason);
        }
    };
    if (!backups.empty()) keep(0, "the newest");
    for (std::size_t i = 0; i < backups.size(); ++i)
        if (backups[i].verified) {
            keep(i, "the newest that was verified");
            break;
        }
    keep_periods(rotation.daily, day_number, !rotation.one_a_day,
                 rotation.one_a_day ? "the newest of its day" : "of a day that is kept");
    keep_periods(rotation.weekly, week_number, false, "the newest of its week");
    keep_periods(rotation.monthly, month_number, false, "the newest of its month");
    return out;
}

}  // namespace stele::archive
