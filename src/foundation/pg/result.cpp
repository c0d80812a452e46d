#include "foundation/pg/result.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "foundation/base/error.hpp"
#include "foundation/base/json_text.hpp"

namespace stele::pg {

namespace detail {

namespace {

constexpr std::int64_t kEpochMicros = 946'684'800'000'000;  // PostgreSQL counts from 2000-01-01

[[noreturn]] void wrong_size(std::string_view bytes, const char* type) {
    throw Error(Code::internal,
                fmt::format("a column of {} bytes was read as {}", bytes.size(), type));
}

std::int64_t load64(const char* p) {
    return std::int64_t(std::uint64_t(load32(p)) << 32 | load32(p + 4));
}

// Walks a one-dimensional array: 5 words of header, then length-prefixed elements.
template <class Visit>
void for_each_element(std::string_view bytes, Visit visit) {
    if (bytes.size() < 12) wrong_size(bytes, "an array");
    if (load32(bytes.data()) == 0) return;
    const std::size_t count = load32(bytes.data() + 12);
    std::size_t at = 20;
    for (std::size_t i = 0; i < count; ++i) {
        const auto length = std::int32_t(load32(bytes.data() + at));
        at += 4;
        if (length < 0) continue;
        visit(bytes.substr(at, std::size_t(length)));
        at += std::size_t(length);
    }
}

// IEEE 754 binary16 to binary32: exact.
float from_half(std::uint16_t half) {
    const float sign = half & 0x8000 ? -1.0F : 1.0F;
    const int exponent = (half >> 10) & 0x1F;
    const int mantissa = half & 0x3FF;
    if (exponent == 0) return sign * std::ldexp(float(mantissa), -24);
    return sign * std::ldexp(float(mantissa | 0x400), exponent - 25);
}

}  // namespace

void unexpected_null(int column) {
    throw Error(Code::internal,
                fmt::format("column {} is NULL where a value was expected", column));
}

void decode(std::string_view bytes, bool& out) {
    if (bytes.size() != 1) wrong_size(bytes, "bool");
    out = bytes[0] != 0;
}

void decode(std::string_view bytes, std::int64_t& out) {
    switch (bytes.size()) {
        case 8:
            out = load64(bytes.data());
            break;
        case 4:
            out = std::int32_t(load32(bytes.data()));
            break;
        default:
            wrong_size(bytes, "an integer");
    }
}

void decode(std::string_view bytes, std::int32_t& out) {
    if (bytes.size() != 4) wrong_size(bytes, "int4");
    out = std::int32_t(load32(bytes.data()));
}

void decode(std::string_view bytes, float& out) {
    if (bytes.size() != 4) wrong_size(bytes, "float4");
    out = std::bit_cast<float>(load32(bytes.data()));
}

void decode(std::string_view bytes, double& out) {
    if (bytes.size() == 4) {
        out = double(std::bit_cast<float>(load32(bytes.data())));
        return;
    }
    if (bytes.size() != 8) wrong_size(bytes, "float8");
    out = std::bit_cast<double>(load64(bytes.data()));
}

void decode(std::string_view bytes, std::string& out) {
    out = bytes;
}

void decode(std::string_view bytes, Uuid& out) {
    if (bytes.size() != 16) wrong_size(bytes, "uuid");
    std::memcpy(out.bytes.data(), bytes.data(), 16);
}

void decode(std::string_view bytes, Timestamp& out) {
    if (bytes.size() != 8) wrong_size(bytes, "timestamptz");
    out.micros = load64(bytes.data()) + kEpochMicros;
}

void decode(std::string_view bytes, json::value& out) {
    if (bytes.empty()) wrong_size(bytes, "jsonb");
    if (bytes[0] == 1) bytes.remove_prefix(1);  // jsonb's wire version; plain json has none
    out = parse_stored_json(bytes, "stored JSON");
}

void decode(std::string_view bytes, json::object& out) {
    json::value value;
    decode(bytes, value);
    out = std::move(value.as_object());
}

void decode(std::string_view bytes, std::vector<std::string>& out) {
    for_each_element(bytes, [&](std::string_view element) { out.emplace_back(element); });
}

void decode(std::string_view bytes, std::vector<Uuid>& out) {
    for_each_element(bytes, [&](std::string_view element) { decode(element, out.emplace_back()); });
}

void decode(std::string_view bytes, std::vector<std::int64_t>& out) {
    for_each_element(bytes, [&](std::string_view element) { decode(element, out.emplace_back()); });
}

void decode(std::string_view bytes, std::vector<float>& out) {
    // Two bytes say how many, two nothing, then two each.
    const auto load = [&](std::size_t at) {
        return std::uint16_t(std::uint8_t(bytes[at]) << 8 | std::uint8_t(bytes[at + 1]));
    };
    if (bytes.size() < 4 || bytes.size() != 4 + 2 * std::size_t(load(0)))
        wrong_size(bytes, "a halfvec");
    for (std::size_t at = 4; at < bytes.size(); at += 2) out.push_back(from_half(load(at)));
}

}  // namespace detail

bool Row::is_null(int column) const {
    return PQgetisnull(result_, row_, column) != 0;
}

std::string_view Row::raw(int column) const {
    return {PQgetvalue(result_, row_, column), std::size_t(PQgetlength(result_, row_, column))};
}

Result::Result(pg_result* result) : result_(result) {}
void Result::Clear::operator()(pg_result* result) const {
    PQclear(result);
}
int Result::rows() const {
    return PQntuples(result_.get());
}

std::string_view Result::command() const {
    return PQcmdStatus(result_.get());
}

std::uint64_t Result::affected() const {
    const std::string_view text = PQcmdTuples(result_.get());
    std::uint64_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

}  // namespace stele::pg
