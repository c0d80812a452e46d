#include "foundation/base/clock.hpp"

#include <fmt/format.h>

#include <charconv>

namespace stele {

namespace {

using std::chrono::microseconds;

bool read_digits(std::string_view& text, std::size_t count, int& out) {
    if (text.size() < count) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + count, out);
    if (error != std::errc{} || end != text.data() + count) return false;
    text.remove_prefix(count);
    return true;
}

bool read_char(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

// Fractions beyond microseconds are cut, as PostgreSQL would round them away anyway.
std::int64_t read_fraction(std::string_view& text) {
    std::int64_t micros = 0;
    int digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (digits < 6) micros = micros * 10 + (text.front() - '0');
        ++digits;
        text.remove_prefix(1);
    }
    for (; digits < 6; ++digits) micros *= 10;
    return micros;
}

// "Z", "+02:00", "+0200" or "+02", as minutes east of UTC.
std::optional<int> read_offset(std::string_view& text) {
    if (read_char(text, "Zz")) return 0;
    const bool west = !text.empty() && text.front() == '-';
    if (!read_char(text, "+-")) return std::nullopt;
    int hours = 0, minutes = 0;
    if (!read_digits(text, 2, hours)) return std::nullopt;
    read_char(text, ":");
    if (!text.empty() && !read_digits(text, 2, minutes)) return std::nullopt;
    if (hours > 15 || minutes > 59) return std::nullopt;
    return (hours * 60 + minutes) * (west ? -1 : 1);
}

}  // namespace

Timestamp now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<microseconds>(since).count()};
}

std::string to_rfc3339(Timestamp t) {
    using namespace std::chrono;
    const sys_time<microseconds> point{microseconds{t.micros}};
    const auto day = floor<days>(point);
    const year_month_day date{day};
    const hh_mm_ss time{point - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", int(date.year()),
                       unsigned(date.month()), unsigned(date.day()), time.hours().count(),
                       time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
    using namespace std::chrono;
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
    if (!read_digits(text, 4, y) || !read_char(text, "-") || !read_digits(text, 2, mo) ||
        !read_char(text, "-") || !read_digits(text, 2, d))
        return std::nullopt;
    const year_month_day date{year{y}, month{unsigned(mo)}, day{unsigned(d)}};
    if (!date.ok()) return std::nullopt;
    std::int64_t micros = duration_cast<microseconds>(sys_days{date}.time_since_epoch()).count();
    if (text.empty()) return Timestamp{micros};

    if (!read_char(text, "Tt ") || !read_digits(text, 2, h) || !read_char(text, ":") ||
        !read_digits(text, 2, mi))
        return std::nullopt;
    if (read_char(text, ":") && !read_digits(text, 2, s)) return std::nullopt;
    if (h > 23 || mi > 59 || s > 60) return std::nullopt;
    const std::int64_t fraction = read_char(text, ".") ? read_fraction(text) : 0;
    const auto offset = read_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    micros += ((h * 60LL + mi - *offset) * 60 + s) * 1'000'000 + fraction;
    return Timestamp{micros};
}

std::chrono::milliseconds time_left(Deadline deadline) {
    using std::chrono::milliseconds;
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    return std::max(left, milliseconds{0});
}

}  // namespace stele
