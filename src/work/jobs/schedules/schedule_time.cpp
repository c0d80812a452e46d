#include "work/jobs/schedules/schedule_time.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "work/jobs/sql.hpp"

namespace stele::jobs {

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMostSeconds = 366 * 24 * 3600;
// Times that a clock shows are looked up so many at once. An hour that it shows twice, or skips, is
// passed in two such looks.
constexpr std::size_t kLook = 64;

[[noreturn]] void refuse(const std::string& problem) {
    throw Error(Code::invalid_argument, "schedule: " + problem,
                "\"30 6 * * MON-FRI\", \"@daily\", \"every 1h30m\" or \"2026-12-24T18:00:00Z\"");
}

// "1h30m" in seconds.
std::int64_t seconds_of(std::string_view text) {
    std::int64_t out = 0, number = -1;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            number = std::max<std::int64_t>(number, 0) * 10 + (c - '0');
            if (number > kMostSeconds) break;
            continue;
        }
        const std::int64_t unit = c == 's'   ? 1
                                  : c == 'm' ? 60
                                  : c == 'h' ? 3600
                                  : c == 'd' ? 24 * 3600
                                  : c == 'w' ? 7 * 24 * 3600
                                             : 0;
        if (unit == 0 || number < 0)
            refuse(
                fmt::format("every: expected a time such as 90s, 1h30m or 2d, got \"{}\"", text));
        out += number * unit;
        number = -1;
        if (out > kMostSeconds) break;
    }
    if (number > kMostSeconds || out > kMostSeconds) refuse("every: longer than 366 days");
    if (number >= 0) refuse(fmt::format("every: \"{}\" ends without s, m, h, d or w", text));
    if (out < limits::kEverySeconds)
        refuse(fmt::format("every: shorter than {} seconds", limits::kEverySeconds));
    return out;
}

Timestamp as_shown(WallMinute minute) {
    return {minute.time_since_epoch().count() * 60 * kSecond};
}

WallMinute minute_of(Timestamp shown) {
    const std::chrono::sys_time<std::chrono::microseconds> at{
        std::chrono::microseconds{shown.micros}};
    return std::chrono::floor<std::chrono::minutes>(at);
}

// "2026-…": no field of a cron expression has four digits. "30 9-17 * * *" has its dash at the same
// place.
bool begins_with_year(std::string_view text) {
    return text.size() > 4 && text.substr(0, 4).find_first_not_of("0123456789") == text.npos &&
           text[4] == '-';
}

// Times in their order, each once.
void add_new(std::vector<Timestamp>& times, Timestamp at) {
    if (times.empty() || times.back() != at) times.push_back(at);
}

}  // namespace

When parse_when(WhenKind kind, const std::string& expression) {
    When out;
    out.kind = kind;
    out.expression = std::string(trim(expression));
    switch (kind) {
        case WhenKind::cron:
            out.cron = Cron::parse(out.expression);
            break;
        case WhenKind::every:
            out.every = std::chrono::seconds{seconds_of(out.expression)};
            break;
        case WhenKind::at: {
            const auto at = parse_timestamp(out.expression);
            if (!at) refuse(fmt::format("at: \"{}\" is no RFC 3339 time", out.expression));
            out.at = *at;
            out.expression = to_rfc3339(*at);
        }
    }
    return out;
}

When parse_when(const json::value& schedule) {
    if (const json::object* object = schedule.if_object()) {
        const auto kind =
            object->size() == 1 ? reflect::enum_of<WhenKind>(object->begin()->key()) : std::nullopt;
        if (!kind || !object->begin()->value().is_string())
            refuse("expected an object with one of cron, every and at, a string");
        return parse_when(*kind, std::string(object->begin()->value().get_string()));
    }
    if (!schedule.is_string()) refuse("expected a string or an object");
    const std::string whole(schedule.get_string());
    const std::string_view text = trim(whole);
    // `stele job schedule` may be given the object as text.
    if (text.starts_with('{')) return parse_when(parse_json(text, "schedule"));
    for (const std::string_view word : {"every ", "@every "})
        if (lower_ascii(text).starts_with(word))
            return parse_when(WhenKind::every, std::string(text.substr(word.size())));
    return parse_when(begins_with_year(text) ? WhenKind::at : WhenKind::cron, whole);
}

std::string zone_of(pg::Transaction& tx, const std::string& name) {
    if (name == "UTC") return name;
    const pg::Result known = tx.query(sql::find_zone, name);
    if (known.empty())
        throw Error(Code::invalid_argument,
                    fmt::format("timezone: there is no time zone \"{}\"", name),
                    "use an IANA name: Europe/Berlin, America/New_York, UTC");
    return known[0].get<std::string>(0);
}

std::vector<Timestamp> Clock::moments(const std::vector<WallMinute>& shown) {
    std::vector<Timestamp> out;
    std::vector<std::optional<Timestamp>> wanted;
    for (const WallMinute minute : shown) out.push_back(as_shown(minute));
    if (zone == "UTC") return out;
    wanted.assign(out.begin(), out.end());
    out.clear();
    for (const pg::Row row : tx.query(sql::moments, zone, wanted))
        out.push_back(row.get<Timestamp>(0));
    return out;
}

std::vector<Timestamp> Clock::after(const When& when, Timestamp anchor, Timestamp from, int count) {
    std::vector<Timestamp> out;
    if (when.kind == WhenKind::at) {
        if (when.at > from) out.push_back(when.at);
        return out;
    }
    if (when.kind == WhenKind::every) {
        const std::int64_t step = when.every.count() * kSecond;
        std::int64_t next = anchor.micros;
        if (next <= from.micros) next += ((from.micros - next) / step + 1) * step;
        for (; int(out.size()) < count; next += step) out.push_back({next});
        return out;
    }
    Timestamp shown = from;
    if (zone != "UTC") shown = tx.query(sql::shown, zone, from)[0].get<Timestamp>(0);
    WallMinute minute = minute_of(shown);
    while (int(out.size()) < count) {
        std::vector<WallMinute> some;
        while (some.size() < kLook) some.push_back(minute = when.cron.after(minute));
        for (const Timestamp at : moments(some))
            if (at > from && int(out.size()) < count) add_new(out, at);
    }
    return out;
}

std::vector<Timestamp> Clock::between(const When& when, Timestamp anchor, Timestamp until,
                                      int count) {
    std::vector<Timestamp> out;
    if (anchor > until) return out;
    if (when.kind == WhenKind::at) return {anchor};
    if (when.kind == WhenKind::every) {
        const std::int64_t step = when.every.count() * kSecond;
        const std::int64_t last = (until.micros - anchor.micros) / step;
        for (std::int64_t i = std::max<std::int64_t>(last - count + 1, 0); i <= last; ++i)
            out.push_back({anchor.micros + i * step});
        return out;
    }
    // The latest that the clock has shown: after it was set back, it shows less.
    Timestamp shown = until;
    if (zone != "UTC") shown = tx.query(sql::shown, zone, until)[0].get<Timestamp>(1);
    WallMinute minute = when.cron.not_after(minute_of(shown));
    for (bool more = true; more;) {
        std::vector<WallMinute> some;
        for (; some.size() < kLook; minute = when.cron.not_after(minute - std::chrono::minutes{1}))
            some.push_back(minute);
        for (const Timestamp at : moments(some)) {
            more = at >= anchor && int(out.size()) < count;
            if (!more) break;
            if (at <= until) add_new(out, at);
        }
    }
    std::ranges::reverse(out);
    return out;
}

}  // namespace stele::jobs
