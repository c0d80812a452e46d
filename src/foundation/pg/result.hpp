// The rows of a statement, decoded from PostgreSQL's binary format.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/clock.hpp"
#include "foundation/base/json.hpp"
#include "foundation/base/uuid.hpp"

struct pg_result;

namespace stele::pg {

class Result;

// One row; valid while its Result lives. Reading a NULL as anything but std::optional, or a column
// as a type of another size, is our bug and throws Error(internal).
class Row {
  public:
    Row(const pg_result* result, int row) : result_(result), row_(row) {}

    template <class T>
    T get(int column) const;
    bool is_null(int column) const;
    // The value's bytes as they came: text, or a type this file does not know.
    std::string_view raw(int column) const;

  private:
    const pg_result* result_;
    int row_;
};

// The (index, value) pairs of a sparsevec column; indices count from 1, as in SQL.
using SparseEntries = std::vector<std::pair<std::int32_t, float>>;
// Calls visit(index, value) for each entry of a sparsevec's bytes, without building anything.
template <class Visit>
void for_each_sparse(std::string_view bytes, Visit visit);

// Calls visit(value) for each element of an int4[] column's bytes; NULLs and more than one
// dimension are left out.
template <class Visit>
void for_each_integer(std::string_view bytes, Visit visit);

class Result {
  public:
    explicit Result(pg_result* result);

    int rows() const;
    bool empty() const { return rows() == 0; }
    Row operator[](int row) const { return {result_.get(), row}; }
    std::uint64_t affected() const;    // rows inserted, updated or deleted
    std::string_view command() const;  // "COMMIT", "INSERT 0 1"

    struct Iterator {
        const Result* result;
        int row;
        Row operator*() const { return (*result)[row]; }
        Iterator& operator++() {
            ++row;
            return *this;
        }
        bool operator!=(const Iterator& other) const { return row != other.row; }
    };
    Iterator begin() const { return {this, 0}; }
    Iterator end() const { return {this, rows()}; }

  private:
    struct Clear {
        void operator()(pg_result* result) const;
    };
    std::unique_ptr<pg_result, Clear> result_;
};

namespace detail {

inline std::uint32_t load32(const char* p) {
    const auto* b = reinterpret_cast<const unsigned char*>(p);
    return std::uint32_t(b[0]) << 24 | std::uint32_t(b[1]) << 16 | std::uint32_t(b[2]) << 8 | b[3];
}

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

void decode(std::string_view bytes, bool& out);
void decode(std::string_view bytes, std::int32_t& out);
void decode(std::string_view bytes, std::int64_t& out);  // int4 or int8
void decode(std::string_view bytes, float& out);
void decode(std::string_view bytes, double& out);  // float4 or float8
void decode(std::string_view bytes, std::string& out);
void decode(std::string_view bytes, Uuid& out);
void decode(std::string_view bytes, Timestamp& out);
void decode(std::string_view bytes, json::object& out);
void decode(std::string_view bytes, json::value& out);
void decode(std::string_view bytes, std::vector<std::string>& out);
void decode(std::string_view bytes, std::vector<Uuid>& out);
void decode(std::string_view bytes, std::vector<std::int64_t>& out);
void decode(std::string_view bytes, std::vector<float>& out);  // halfvec
[[noreturn]] void unexpected_null(int column);

}  // namespace detail

template <class T>
T Row::get(int column) const {
    if constexpr (detail::is_optional<T>::value) {
        if (is_null(column)) return std::nullopt;
        typename T::value_type value{};
        detail::decode(raw(column), value);
        return value;
    } else {
        if (is_null(column)) detail::unexpected_null(column);
        T value{};
        detail::decode(raw(column), value);
        return value;
    }
}

template <class Visit>
void for_each_sparse(std::string_view bytes, Visit visit) {
    if (bytes.size() < 12) return;
    const std::size_t count = detail::load32(bytes.data() + 4);
    if (bytes.size() != 12 + count * 8) return;
    const char* indices = bytes.data() + 12;
    const char* values = indices + 4 * count;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t bits = detail::load32(values + 4 * i);
        float value;
        static_assert(sizeof value == sizeof bits);
        __builtin_memcpy(&value, &bits, sizeof value);
        visit(std::int32_t(detail::load32(indices + 4 * i)) + 1, value);
    }
}

template <class Visit>
void for_each_integer(std::string_view bytes, Visit visit) {
    constexpr std::size_t kHeader = 20;  // dimensions, nulls, type, length, lower bound
    if (bytes.size() < kHeader || detail::load32(bytes.data()) != 1) return;
    for (std::size_t at = kHeader; at + 8 <= bytes.size(); at += 8)
        if (detail::load32(bytes.data() + at) == 4)
            visit(std::int32_t(detail::load32(bytes.data() + at + 4)));
}

}  // namespace stele::pg
