// Described structs: a struct says once what its fields are called, what they mean and what they
// may hold; parsing with clear errors, JSON Schema, CLI flags, help and OpenAPI all follow from
// that.
//
//     struct SearchInput {
//         std::string query;
//         int limit = 10;
//         template <class S = SearchInput>
//         static auto describe() {
//             return reflect::fields(
//                 reflect::field("query", &S::query, "What to look for").required().positional(),
//                 reflect::field("limit", &S::limit, "How many results").clamp(1, 100));
//         }
//     };
//
// describe() gives data: a table of names, bounds, offsets and types, built when the struct is
// first read or written, and walked by one reader and one writer (reflect.cpp). It is a template so
// that a file that only uses the struct does not compile it. Fields of a base class stand in the
// table when it is the first and only base, for there its members have the same offsets.
//
// Field types: bool, int, std::int64_t, double, std::string, Timestamp, json::object, json::value,
// a described enum, a described struct, and std::optional or std::vector of those. Doors see the
// type-erased Shape only.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "foundation/base/clock.hpp"
#include "foundation/base/json.hpp"

namespace stele::reflect {

enum class Kind { boolean, integer, number, string, timestamp, enumeration, array, object, any };

struct FieldInfo;

// What a value of some type looks like. Shapes are immutable and live for ever.
struct Shape {
    Kind kind = Kind::any;
    std::string_view name;                      // of the struct or enum; else empty
    std::vector<FieldInfo> fields;              // of a described struct
    bool free_form = false;                     // an object with any members
    const Shape* items = nullptr;               // of an array
    std::vector<std::string_view> enum_values;  // of an enumeration
};

// The bounds a field declares. Bytes are UTF-8 bytes; numbers are inclusive.
struct Rules {
    bool required = false;
    bool positional = false;  // the CLI also takes it without its flag
    bool clamp = false;       // larger numbers become max instead of being refused
    bool secret = false;      // never shown: not in help's defaults, not in `config print`
    double min = -std::numeric_limits<double>::infinity();
    double max = std::numeric_limits<double>::infinity();
    std::size_t min_bytes = 0;
    std::size_t max_bytes = 64 * 1024;
    std::size_t max_items = 1000;
    std::string_view format = {};  // "uuid", "date-time", "uri": shown in schemas; uuid is checked
    std::string_view alias = {};   // a one-letter CLI flag
    // What is wrong with a text of the right size; empty: nothing.
    std::string (*problem)(std::string_view) = nullptr;
};

// Where in an input a value stands. Its text is made only for a problem.
struct Path {
    const Path* parent = nullptr;          // null: the input itself
    std::string_view member = {};          // its name in the parent
    std::optional<std::size_t> item = {};  // of an array, instead of a name

    std::string text() const;  // "jobs[2].name"; "" for the input itself
};

// Collects every problem of one input, so that the caller can mend all of them at once.
class Problems {
  public:
    void add(const Path& path, const std::string& message);
    bool empty() const { return list_.empty(); }
    // Error(invalid_argument): "limit: expected an integer, got a string; …", details {"errors":
    // […]}.
    [[noreturn]] void raise() const;

  private:
    struct Item {
        std::string path, message;
    };
    std::vector<Item> list_;
};

// How a value is read and written when only its address is known: reflect_impl.hpp.
struct Type;

struct FieldInfo {
    std::string_view name;  // camelCase
    std::string_view doc;
    Rules rules;
    const Type* type;
    std::size_t offset;  // in the struct, in bytes
    const Shape* shape;
    bool optional;              // std::optional: absent is not the same as the default
    json::value default_value;  // null when there is none
};

template <class T>
const Shape& shape_of();

// Parses a described struct; throws Error(invalid_argument) naming every wrong field.
template <class T>
T read(const json::value& value);

// The JSON of a value. Empty optionals of a struct are left out.
template <class T>
json::value write(const T& value);

// ---- describing
// -----------------------------------------------------------------------------------

// A field as describe() says it.
struct Field {
    std::string_view name, doc;
    const Type* type;
    std::size_t offset;
    Rules rules = {};

    Field& required() { return with(&Rules::required, true); }
    Field& positional() { return with(&Rules::positional, true); }
    Field& secret() { return with(&Rules::secret, true); }
    Field& min_bytes(std::size_t n) { return with(&Rules::min_bytes, n); }
    Field& max_bytes(std::size_t n) { return with(&Rules::max_bytes, n); }
    Field& max_items(std::size_t n) { return with(&Rules::max_items, n); }
    Field& format(std::string_view f) { return with(&Rules::format, f); }
    Field& alias(std::string_view a) { return with(&Rules::alias, a); }
    Field& checked(std::string (*problem)(std::string_view)) {
        return with(&Rules::problem, problem);
    }
    Field& range(double lo, double hi) { return with(&Rules::min, lo).with(&Rules::max, hi); }
    Field& clamp(double lo, double hi) { return range(lo, hi).with(&Rules::clamp, true); }

  private:
    template <class V>
    Field& with(V Rules::*rule, V value) {
        rules.*rule = value;
        return *this;
    }
};
using Fields = std::vector<Field>;

template <class Member>
const Type& type_of();

template <class Owner, class Member>
Field field(std::string_view name, Member Owner::*member, std::string_view doc) {
    // A pointer to a data member is its offset (Itanium C++ ABI, 2.3.1).
    return {name, doc, &type_of<Member>(), std::size_t(std::bit_cast<std::ptrdiff_t>(member))};
}

template <class... F>
Fields fields(const F&... f) {
    return {f...};
}

// The fields of several descriptions, in their order.
template <class... Parts>
Fields joined(const Parts&... parts) {
    Fields out;
    (out.insert(out.end(), parts.begin(), parts.end()), ...);
    return out;
}

// Of an operation that is asked nothing, or that has nothing to say.
struct NoInput {
    static Fields describe() { return {}; }
};

// Specialise with `static constexpr std::array<std::pair<E, std::string_view>, N> values`.
template <class E>
struct EnumNames;

template <class E>
std::string_view name_of(E value) {
    for (const auto& [v, name] : EnumNames<E>::values)
        if (v == value) return name;
    return "?";
}

template <class E>
std::optional<E> enum_of(std::string_view text) {
    for (const auto& [v, name] : EnumNames<E>::values)
        if (name == text) return v;
    return std::nullopt;
}

}  // namespace stele::reflect

#include "foundation/base/reflect_impl.hpp"
