#include "foundation/base/uuid.hpp"

#include <chrono>
#include <mutex>

#include "foundation/base/random.hpp"

namespace stele {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

constexpr bool is_dash_position(std::size_t i) {
    return i == 8 || i == 13 || i == 18 || i == 23;
}

// RFC 9562 §6.2, method 1: the 12 bits after the time count up within one millisecond.
struct Sequence {
    std::mutex mutex;
    std::uint64_t millis = 0;
    std::uint32_t counter = 0;

    std::pair<std::uint64_t, std::uint32_t> next(std::uint64_t now, std::uint32_t seed) {
        const std::lock_guard lock(mutex);
        if (now > millis) {
            millis = now;
            counter = seed & 0x7FF;  // start in the lower half: room to count before borrowing
        } else if (++counter > 0xFFF) {
            ++millis;
            counter = seed & 0x7FF;
        }
        return {millis, counter};
    }
};

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    Uuid out;
    std::size_t nibble = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_dash_position(i)) {
            if (text[i] != '-') return std::nullopt;
            continue;
        }
        const int digit = hex_digit(text[i]);
        if (digit < 0) return std::nullopt;
        out.bytes[nibble / 2] = std::uint8_t(out.bytes[nibble / 2] << 4 | digit);
        ++nibble;
    }
    return out;
}

Uuid Uuid::v7() {
    static Sequence sequence;
    Uuid out;
    fill_random(out.bytes);
    using namespace std::chrono;
    const auto clock = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    const std::uint32_t seed = std::uint32_t(out.bytes[6]) << 8 | out.bytes[7];
    const auto [millis, counter] = sequence.next(std::uint64_t(clock), seed);
    for (int i = 0; i < 6; ++i) out.bytes[i] = std::uint8_t(millis >> (40 - 8 * i));
    out.bytes[6] = std::uint8_t(0x70 | (counter >> 8));
    out.bytes[7] = std::uint8_t(counter);
    out.bytes[8] = std::uint8_t(0x80 | (out.bytes[8] & 0x3F));
    return out;
}

std::string Uuid::text() const {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string out(36, '-');
    std::size_t at = 0;
    for (const std::uint8_t byte : bytes) {
        if (is_dash_position(at)) ++at;
        out[at++] = kHex[byte >> 4];
        out[at++] = kHex[byte & 15];
    }
    return out;
}

}  // namespace stele
