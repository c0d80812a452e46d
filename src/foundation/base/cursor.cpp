#include "foundation/base/cursor.hpp"

#include <fmt/format.h>

#include <charconv>

#include "foundation/base/error.hpp"

namespace stele {

std::string cursor_at(Timestamp time, const std::string& id) {
    return fmt::format("{}.{}", time.micros, id);
}

Cursor parse_cursor(const std::optional<std::string>& text) {
    if (!text) return {};
    Timestamp time;
    const char* end = text->data() + text->size();
    const auto [at, error] = std::from_chars(text->data(), end, time.micros);
    if (error == std::errc{} && at != end && *at == '.')
        if (const auto id = Uuid::parse(std::string_view(at + 1, std::size_t(end - at - 1))))
            return {time, id};
    throw Error(Code::invalid_argument, "cursor: is not one that a list gave",
                "pass nextCursor of the page before, unchanged");
}

}  // namespace stele
