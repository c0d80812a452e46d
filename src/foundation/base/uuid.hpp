// Identifiers: UUIDs, version 7 (RFC 9562) where the program makes them, so that keys arrive in
// order.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace stele {

struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    // The 36-character form, any case; anything else is nothing.
    static std::optional<Uuid> parse(std::string_view text);
    // Millisecond time, then a counter that keeps ids of one process in order, then random bits.
    static Uuid v7();

    std::string text() const;  // lower case
    friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

}  // namespace stele

// The last eight bytes are random, or made by a hash: good enough as they are.
template <>
struct std::hash<stele::Uuid> {
    std::size_t operator()(const stele::Uuid& id) const noexcept {
        std::size_t out;
        __builtin_memcpy(&out, id.bytes.data() + 8, sizeof out);
        return out;
    }
};
