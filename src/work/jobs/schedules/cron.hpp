// Cron expressions: the five fields of Vixie's cron, on a clock that knows no time zone.
//
//     minute 0-59 · hour 0-23 · day of month 1-31 · month 1-12 or JAN-DEC · day of week 0-7 or
//     SUN-SAT
//
// Each is *, numbers, names, ranges a-b, steps */n and a-b/n, or a list of those; 0 and 7 are both
// Sunday. When neither day field begins with *, a day that fits one of them fits. Or one of the
// words @hourly, @daily (@midnight), @weekly, @monthly, @yearly (@annually).
#pragma once

#include <bitset>
#include <chrono>
#include <optional>
#include <string_view>

namespace stele::jobs {

// A minute of some clock on a wall: since its 1970-01-01 00:00.
using WallMinute = std::chrono::sys_time<std::chrono::minutes>;

class Cron {
  public:
    // Throws Error(invalid_argument) that names the field of the expression, and for a day that
    // never comes: 30 February.
    static Cron parse(std::string_view expression);

    // The first minute after this one, and the last one that is not after it.
    WallMinute after(WallMinute minute) const;
    WallMinute not_after(WallMinute minute) const;

  private:
    bool fits(std::chrono::sys_days day) const;
    bool fits_minute(int of_day) const;
    std::optional<WallMinute> find(WallMinute from, int direction) const;

    std::bitset<60> minutes_;
    std::bitset<24> hours_;
    std::bitset<32> days_;
    std::bitset<13> months_;
    std::bitset<8> weekdays_;
    bool either_day_ = false;  // both day fields say something: one of them is enough
};

}  // namespace stele::jobs
