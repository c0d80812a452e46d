#include "work/jobs/schedules/cron.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <span>
#include <vector>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"

namespace stele::jobs {

namespace {

using std::chrono::days;
using std::chrono::minutes;

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays{"sun", "mon", "tue", "wed",
                                                    "thu", "fri", "sat"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kWords{
    {{"@hourly", "0 * * * *"},
     {"@daily", "0 0 * * *"},
     {"@midnight", "0 0 * * *"},
     {"@weekly", "0 0 * * 0"},
     {"@monthly", "0 0 1 * *"},
     {"@yearly", "0 0 1 1 *"},
     {"@annually", "0 0 1 1 *"}}};
// 29 February is at most eight years away.
constexpr int kDaysAhead = 8 * 366;
constexpr int kMinutesOfDay = 24 * 60;

[[noreturn]] void refuse(std::string_view field, const std::string& problem) {
    throw Error(Code::invalid_argument, fmt::format("schedule: {}: {}", field, problem),
                "five fields: minute, hour, day of month, month, day of week; \"30 6 * * MON-FRI\" "
                "is at 6:30 on working days");
}

// One field: what it is called, what it may hold, and its names from `first_name` on.
struct FieldRules {
    std::string_view name;
    int low, high;
    std::span<const std::string_view> names = {};
    int first_name = 0;

    int number(std::string_view text) const {
        for (std::size_t i = 0; i < names.size(); ++i)
            if (names[i] == lower_ascii(text)) return first_name + int(i);
        int out = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
        if (text.empty() || error != std::errc{} || end != text.data() + text.size())
            refuse(name, fmt::format("expected a number, got \"{}\"", text));
        if (out < low || out > high)
            refuse(name, fmt::format("{} is not in {} to {}", out, low, high));
        return out;
    }

    // "*", "a", "a-b", each perhaps with "/step".
    template <class Bits>
    void add(std::string_view part, Bits& bits) const {
        int step = 1;
        const auto slash = part.find('/');
        if (slash != std::string_view::npos) {
            const auto text = part.substr(slash + 1);
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), step);
            if (text.empty() || error != std::errc{} || end != text.data() + text.size() ||
                step < 1 || step > high)
                refuse(name, fmt::format("step \"{}\" is not in 1 to {}", text, high));
            part = part.substr(0, slash);
        }
        int from = low, to = high;
        if (part != "*") {
            const auto dash = part.find('-');
            from = number(part.substr(0, dash));
            to = from;
            if (dash != std::string_view::npos)
                to = number(part.substr(dash + 1));
            else if (slash != std::string_view::npos)
                refuse(name, fmt::format("\"{}/{}\": a step needs * or a range", part, step));
            if (to < from) refuse(name, fmt::format("range {} ends before it begins", part));
        }
        for (int i = from; i <= to; i += step) bits.set(std::size_t(i));
    }

    template <class Bits>
    void read(std::string_view text, Bits& bits) const {
        for (std::size_t at = 0; at <= text.size();) {
            const auto comma = std::min(text.find(',', at), text.size());
            add(text.substr(at, comma - at), bits);
            at = comma + 1;
        }
    }
};

constexpr FieldRules kMinute{"minute", 0, 59};
constexpr FieldRules kHour{"hour", 0, 23};
constexpr FieldRules kDay{"day of month", 1, 31};
constexpr FieldRules kMonth{"month", 1, 12, kMonths, 1};
constexpr FieldRules kWeekday{"day of week", 0, 7, kWeekdays, 0};

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = text.find_first_not_of(" \t", at);
        if (begin == std::string_view::npos) break;
        at = std::min(text.find_first_of(" \t", begin), text.size());
        out.push_back(text.substr(begin, at - begin));
    }
    return out;
}

}  // namespace

Cron Cron::parse(std::string_view expression) {
    std::string_view text = trim(expression);
    for (const auto& [word, means] : kWords)
        if (lower_ascii(text) == word) text = means;
    const auto words = words_of(text);
    if (words.size() != 5)
        refuse("expression", fmt::format("expected five fields, got {}", words.size()));
    Cron out;
    kMinute.read(words[0], out.minutes_);
    kHour.read(words[1], out.hours_);
    kDay.read(words[2], out.days_);
    kMonth.read(words[3], out.months_);
    kWeekday.read(words[4], out.weekdays_);
    if (out.weekdays_.test(7)) out.weekdays_.set(0);
    out.either_day_ = !words[2].starts_with('*') && !words[4].starts_with('*');
    if (!out.find(WallMinute{}, 1))
        refuse("day of month", fmt::format("\"{}\" never comes in month {}", words[2], words[3]));
    return out;
}

bool Cron::fits(std::chrono::sys_days day) const {
    const std::chrono::year_month_day date{day};
    if (!months_.test(unsigned(date.month()))) return false;
    const bool of_month = days_.test(unsigned(date.day()));
    const bool of_week = weekdays_.test(std::chrono::weekday{day}.c_encoding());
    return either_day_ ? of_month || of_week : of_month && of_week;
}

bool Cron::fits_minute(int of_day) const {
    return hours_.test(std::size_t(of_day / 60)) && minutes_.test(std::size_t(of_day % 60));
}

// The nearest one from here on, this one included.
std::optional<WallMinute> Cron::find(WallMinute from, int direction) const {
    auto day = std::chrono::floor<days>(from);
    int minute = int((from - day).count());
    for (int i = 0; i <= kDaysAhead; ++i) {
        if (fits(day))
            for (; minute >= 0 && minute < kMinutesOfDay; minute += direction)
                if (fits_minute(minute)) return day + minutes{minute};
        day += days{direction};
        minute = direction > 0 ? 0 : kMinutesOfDay - 1;
    }
    return std::nullopt;
}

WallMinute Cron::after(WallMinute minute) const {
    return find(minute + minutes{1}, 1).value();
}

WallMinute Cron::not_after(WallMinute minute) const {
    return find(minute, -1).value();
}

}  // namespace stele::jobs
