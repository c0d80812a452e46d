// Points in time as Stele stores and shows them: UTC, microseconds, RFC 3339.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stele {

// Microseconds since 1970-01-01T00:00:00Z; what PostgreSQL's timestamptz can hold.
struct Timestamp {
    std::int64_t micros = 0;
    friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

Timestamp now();

// "2026-11-20T08:15:30.123456Z"
std::string to_rfc3339(Timestamp t);

// Accepts "2026-11-20T08:15:30[.frac](Z|±hh:mm)", a space for the T, and a bare date (midnight
// UTC).
std::optional<Timestamp> parse_timestamp(std::string_view text);

// When an operation must have ended. Deadlines are passed down, never recomputed on the way.
using Deadline = std::chrono::steady_clock::time_point;

inline Deadline deadline_in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}
// Whole milliseconds left, at least 0.
std::chrono::milliseconds time_left(Deadline deadline);

}  // namespace stele
