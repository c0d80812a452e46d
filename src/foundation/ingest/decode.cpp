#include "foundation/ingest/decode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "foundation/base/error.hpp"
#include "foundation/base/json_repair.hpp"
#include "foundation/base/text.hpp"

namespace stele::ingest {

namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kLittleEndian = "\xFF\xFE", kBigEndian = "\xFE\xFF";
constexpr char32_t kReplacement = 0xFFFD;

// What Windows-1252 has at 0x80 to 0x9F; 0 where it has nothing.
constexpr std::array<char32_t, 32> kWindows = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

void append_utf8(std::string& out, char32_t c) {
    if (c < 0x80) {
        out += char(c);
    } else if (c < 0x800) {
        out += {char(0xC0 | c >> 6), char(0x80 | (c & 0x3F))};
    } else if (c < 0x10000) {
        out += {char(0xE0 | c >> 12), char(0x80 | (c >> 6 & 0x3F)), char(0x80 | (c & 0x3F))};
    } else {
        out += {char(0xF0 | c >> 18), char(0x80 | (c >> 12 & 0x3F)), char(0x80 | (c >> 6 & 0x3F)),
                char(0x80 | (c & 0x3F))};
    }
}

// Zeros at the even and at the odd places of a sample: Latin letters have one in every pair.
std::array<std::size_t, 2> zeros_of(std::string_view bytes) {
    std::array<std::size_t, 2> out{};
    for (std::size_t i = 0; i < std::min(bytes.size(), kSample); ++i)
        out[i % 2] += bytes[i] == '\0';
    return out;
}

bool mostly_zero(std::size_t zeros, std::size_t other, std::size_t pairs) {
    return pairs > 1 && zeros * 10 >= pairs * 4 && other * 50 <= pairs;
}

bool is_big_endian(std::string_view bytes) {
    if (bytes.starts_with(kLittleEndian)) return false;
    if (bytes.starts_with(kBigEndian)) return true;
    const auto [even, odd] = zeros_of(bytes);
    return even > odd;
}

std::string from_utf16(std::string_view bytes) {
    const bool big = is_big_endian(bytes);
    const auto unit = [&](std::size_t at) -> char32_t {
        const auto first = static_cast<unsigned char>(bytes[at]);
        const auto second = static_cast<unsigned char>(bytes[at + 1]);
        return big ? first << 8 | second : second << 8 | first;
    };
    std::string out;
    for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
        char32_t c = unit(at);
        if (at == 0 && c == 0xFEFF) continue;
        const bool first_half = c >= 0xD800 && c < 0xDC00;
        if (first_half && at + 3 < bytes.size() && (unit(at + 2) & 0xFC00) == 0xDC00) {
            c = 0x10000 + ((c - 0xD800) << 10) + (unit(at + 2) - 0xDC00);
            at += 2;
        } else if (c == 0 || (c >= 0xD800 && c < 0xE000)) {
            c = kReplacement;
        }
        append_utf8(out, c);
    }
    return out;
}

struct Counts {
    std::size_t characters = 0;  // of UTF-8 beyond ASCII
    std::size_t damaged = 0;     // bytes that are none
    std::size_t controls = 0;    // that no text has
};

Counts count(std::string_view text) {
    Counts out;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t good = invalid_utf8_at(rest).value_or(rest.size());
        for (const unsigned char c : rest.substr(0, good)) {
            out.characters += c >= 0xC0;
            out.controls += c < 0x09 || (c > 0x0D && c < 0x20 && c != 0x1B) || c == 0x7F;
        }
        if (good == rest.size()) break;
        ++out.damaged;
        rest.remove_prefix(good + 1);
    }
    return out;
}

// Western texts have single letters of the upper half among many of ASCII; the double bytes of
// Asian encodings stand in rows and fill places that Windows-1252 leaves empty.
bool is_windows_1252(std::string_view text) {
    std::size_t high = 0, letters = 0, in_a_row = 0;
    bool before = false;
    for (const unsigned char c : text) {
        const bool upper = c >= 0x80;
        if (c >= 0x80 && c < 0xA0 && kWindows[c - 0x80] == 0) return false;
        high += upper;
        letters += c > 0x20;
        in_a_row += upper && before;
        before = upper;
    }
    return high * 3 <= letters && in_a_row * 2 <= high;
}

std::string from_windows_1252(std::string_view text) {
    std::string out;
    for (const unsigned char c : text)
        append_utf8(out, c >= 0x80 && c < 0xA0 ? kWindows[c - 0x80] : c == 0 ? kReplacement : c);
    return out;
}

}  // namespace

std::string replacements(std::size_t count) {
    return fmt::format("{} × U+FFFD instead of what cannot be kept", count);
}

bool looks_like_utf16(std::string_view bytes) {
    if (bytes.starts_with(kLittleEndian) || bytes.starts_with(kBigEndian)) return true;
    const auto [even, odd] = zeros_of(bytes);
    const std::size_t pairs = std::min(bytes.size(), kSample) / 2;
    return mostly_zero(even, odd, pairs) || mostly_zero(odd, even, pairs);
}

Decoded decode(std::string bytes) {
    if (bytes.starts_with(kUtf8Mark)) bytes.erase(0, kUtf8Mark.size());
    if (looks_like_utf16(bytes)) return {from_utf16(bytes), "converted from UTF-16"};
    const bool has_zero = bytes.find('\0') != std::string::npos;
    if (!has_zero && !invalid_utf8_at(bytes)) return {std::move(bytes), ""};
    const Counts found = count(bytes);
    if (found.controls * 10 > bytes.size() || (has_zero && found.damaged > 0))
        throw Error(Code::invalid_argument, "it is binary, not a text");
    if (found.damaged > found.characters) {
        if (!is_windows_1252(bytes))
            throw Error(Code::invalid_argument, "its encoding is not UTF-8, UTF-16 or Windows-1252",
                        "convert it to UTF-8 (iconv -f ENCODING -t UTF-8) and import it again");
        return {from_windows_1252(bytes), "converted from Windows-1252"};
    }
    const std::size_t replaced = replace_unstorable(bytes);
    return {std::move(bytes), replacements(replaced)};
}

}  // namespace stele::ingest
