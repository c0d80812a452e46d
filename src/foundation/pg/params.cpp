#include "foundation/pg/params.hpp"

#include <bit>
#include <cstring>

namespace stele::pg {

namespace {

// Built-in types; src/include/catalog/pg_type.dat of PostgreSQL fixes these numbers.
enum Oid : std::uint32_t {
    kBool = 16,
    kBytea = 17,
    kInt8 = 20,
    kInt4 = 23,
    kText = 25,
    kFloat8 = 701,
    kBoolArray = 1000,
    kByteaArray = 1001,
    kInt4Array = 1007,
    kTextArray = 1009,
    kTimestamptz = 1184,
    kTimestamptzArray = 1185,
    kUuid = 2950,
    kUuidArray = 2951,
    kJsonb = 3802,
    kJsonbArray = 3807,
};

// PostgreSQL counts microseconds from 2000-01-01.
constexpr std::int64_t kEpochMicros = 946'684'800'000'000;

// IEEE 754 binary32 to binary16, round to nearest even; what pgvector's halfvec stores.
std::uint16_t to_half(float value) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = (bits >> 16) & 0x8000;
    const std::int32_t exponent = std::int32_t((bits >> 23) & 0xFF) - 127 + 15;
    std::uint32_t mantissa = bits & 0x7FFFFF;
    if (exponent >= 31)
        return std::uint16_t(sign | 0x7BFF);  // saturate: unit vectors never reach it
    if (exponent <= 0) {
        if (exponent < -10) return std::uint16_t(sign);
        mantissa |= 0x800000;
        const int shift = 14 - exponent;
        const std::uint32_t rounded =
            (mantissa + (1u << (shift - 1)) - 1 + ((mantissa >> shift) & 1)) >> shift;
        return std::uint16_t(sign | rounded);
    }
    mantissa += 0xFFF + ((mantissa >> 13) & 1);
    return std::uint16_t(sign | ((std::uint32_t(exponent) << 10) + (mantissa >> 13)));
}

}  // namespace

template <class T>
void Params::put(T value) {
    char bytes[sizeof(T)];
    for (std::size_t i = 0; i < sizeof(T); ++i)
        bytes[i] = char(std::make_unsigned_t<T>(value) >> (8 * (sizeof(T) - 1 - i)));
    buffer_.append(bytes, sizeof(T));
}

void Params::begin() {
    slots_.push_back({buffer_.size(), false});
}

void Params::end(std::uint32_t oid) {
    lengths_.push_back(int(buffer_.size() - slots_.back().offset));
    oids_.push_back(oid);
    // libpq takes a null pointer for NULL; an empty value needs an address of its own.
    buffer_.push_back('\0');
}

void Params::make_null() {
    slots_.back().null = true;
    lengths_.back() = 0;
}

std::vector<const char*> Params::values() const {
    std::vector<const char*> out;
    out.reserve(slots_.size());
    for (const Slot& slot : slots_)
        out.push_back(slot.null ? nullptr : buffer_.data() + slot.offset);
    return out;
}

void Params::add(std::nullopt_t) {
    slots_.push_back({0, true});
    lengths_.push_back(0);
    oids_.push_back(0);  // the server infers the type from the statement
}

void Params::add(bool value) {
    begin();
    buffer_.push_back(value ? 1 : 0);
    end(kBool);
}

void Params::add(std::int32_t value) {
    begin();
    put(value);
    end(kInt4);
}

void Params::add(std::int64_t value) {
    begin();
    put(value);
    end(kInt8);
}

void Params::add(double value) {
    begin();
    put(std::bit_cast<std::int64_t>(value));
    end(kFloat8);
}

void Params::add(std::string_view value) {
    begin();
    put_bytes(value);
    end(kText);
}

void Params::add(const Uuid& value) {
    begin();
    buffer_.append(reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size());
    end(kUuid);
}

void Params::add(Timestamp value) {
    begin();
    put(value.micros - kEpochMicros);
    end(kTimestamptz);
}

void Params::add(const json::object& value) {
    begin();
    buffer_.push_back(1);  // jsonb's wire version
    put_bytes(serialize(value));
    end(kJsonb);
}

void Params::add(Bytes value) {
    begin();
    put_bytes(value.data);
    end(kBytea);
}

void Params::put_half(std::span<const float> values) {
    put(std::int16_t(values.size()));
    put(std::int16_t(0));
    for (const float value : values) put(std::int16_t(to_half(value)));
}

void Params::put_sparse(const SparseVector& value) {
    put(value.dimensions);
    put(std::int32_t(value.entries.size()));
    put(std::int32_t(0));
    for (const auto& [index, weight] : value.entries) put(index - 1);  // the wire counts from 0
    for (const auto& [index, weight] : value.entries) put(std::bit_cast<std::int32_t>(weight));
}

void Params::add(HalfVector value) {
    begin();
    put_half(value.values);
    end(types_.halfvec);
}

void Params::add(const SparseVector& value) {
    begin();
    put_sparse(value);
    end(types_.sparsevec);
}

void Params::begin_array(std::uint32_t element_oid, std::size_t count) {
    begin();
    put(std::int32_t(count == 0 ? 0 : 1));  // dimensions
    put(std::int32_t(1));                   // may hold NULLs
    put(std::int32_t(element_oid));
    if (count == 0) return;
    put(std::int32_t(count));
    put(std::int32_t(1));  // lower bound
}

void Params::end_array(std::uint32_t array_oid) {
    end(array_oid);
}

void Params::add_null_element() {
    put(std::int32_t(-1));
}

// Each element is its length, then its bytes; the length is known once they are written.
template <class Fill>
void Params::element(Fill fill) {
    const std::size_t at = buffer_.size();
    put(std::int32_t(0));
    fill();
    const auto length = std::uint32_t(buffer_.size() - at - 4);
    for (int i = 0; i < 4; ++i) buffer_[at + i] = char(length >> (24 - 8 * i));
}

void Params::add_element(std::string_view value) {
    element([&] { put_bytes(value); });
}

void Params::add_element(const Uuid& value) {
    add_element(std::string_view(reinterpret_cast<const char*>(value.bytes.data()), 16));
}

void Params::add_element(Timestamp value) {
    element([&] { put(value.micros - kEpochMicros); });
}

void Params::add_element(std::int32_t value) {
    element([&] { put(value); });
}

std::uint32_t Params::oid_of(std::int32_t) {
    return kInt4;
}
std::uint32_t Params::array_oid_of(std::int32_t) {
    return kInt4Array;
}
std::uint32_t Params::oid_of(const std::string&) {
    return kText;
}
std::uint32_t Params::oid_of(Timestamp) {
    return kTimestamptz;
}
std::uint32_t Params::oid_of(const Uuid&) {
    return kUuid;
}
std::uint32_t Params::array_oid_of(const Uuid&) {
    return kUuidArray;
}
std::uint32_t Params::array_oid_of(const std::string&) {
    return kTextArray;
}
std::uint32_t Params::array_oid_of(Timestamp) {
    return kTimestamptzArray;
}

void Params::add(const std::vector<std::string>& values) {
    begin_array(kText, values.size());
    for (const std::string& value : values) add_element(value);
    end_array(kTextArray);
}

void Params::add(const std::vector<Uuid>& values) {
    begin_array(kUuid, values.size());
    for (const Uuid& value : values) add_element(value);
    end_array(kUuidArray);
}

void Params::add(const std::vector<std::int32_t>& values) {
    begin_array(kInt4, values.size());
    for (const std::int32_t value : values) add_element(value);
    end_array(kInt4Array);
}

void Params::add(const std::vector<bool>& values) {
    begin_array(kBool, values.size());
    for (const bool value : values) element([&] { buffer_.push_back(value ? 1 : 0); });
    end_array(kBoolArray);
}

void Params::add(const std::vector<json::object>& values) {
    begin_array(kJsonb, values.size());
    for (const json::object& value : values)
        element([&] {
            buffer_.push_back(1);
            put_bytes(serialize(value));
        });
    end_array(kJsonbArray);
}

void Params::add(const std::vector<Bytes>& values) {
    begin_array(kBytea, values.size());
    for (const Bytes& value : values) add_element(value.data);
    end_array(kByteaArray);
}

void Params::add(const std::vector<SparseVector>& values) {
    begin_array(types_.sparsevec, values.size());
    for (const SparseVector& value : values) element([&] { put_sparse(value); });
    end_array(0);  // the statement casts: $7::sparsevec[]
}

void Params::add(const std::vector<std::vector<float>>& values) {
    begin_array(types_.halfvec, values.size());
    for (const std::vector<float>& value : values)
        value.empty() ? add_null_element() : element([&] { put_half(value); });
    end_array(0);  // the statement casts: $8::halfvec[]
}

}  // namespace stele::pg
