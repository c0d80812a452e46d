// The templates behind reflect.hpp: from a type to the table by which its values are read and
// written. What they do with it is compiled once, in reflect.cpp.
#pragma once

#include <utility>

#include "foundation/base/reflect.hpp"

namespace stele::reflect {

struct Type {
    using Read = void(const Type&, const json::value&, void* out, const Rules&, const Path& path,
                      Problems&);
    // Reports into Problems what does not fit, and then leaves `out` as it was or partly read.
    Read* read;
    json::value (*write)(const Type&, const void* value);
    const Shape& (*shape)();  // an optional's is that of what it holds
    bool optional = false;

    // Of a std::vector or std::optional: what it holds, its size in bytes, how it gets room for a
    // number of values (the address of the first comes back), and what it holds now.
    const Type* item = nullptr;
    std::size_t item_bytes = 0;
    void* (*make_room)(void* container, std::size_t count) = nullptr;
    std::pair<const void*, std::size_t> (*items)(const void* container) = nullptr;

    // Of an enumeration: false when no value has this name; the name of a value.
    bool (*set_name)(void* out, std::string_view name) = nullptr;
    std::string_view (*name)(const void* value) = nullptr;
};

namespace detail {

// Instantiated in reflect.cpp for the types of a field that hold one value.
template <class T>
const Type& scalar();
extern template const Type& scalar<bool>();
extern template const Type& scalar<int>();
extern template const Type& scalar<std::int64_t>();
extern template const Type& scalar<double>();
extern template const Type& scalar<std::string>();
extern template const Type& scalar<Timestamp>();
extern template const Type& scalar<json::object>();
extern template const Type& scalar<json::value>();

void read_optional(const Type&, const json::value&, void*, const Rules&, const Path&, Problems&);
json::value write_optional(const Type&, const void*);
void read_array(const Type&, const json::value&, void*, const Rules&, const Path&, Problems&);
json::value write_array(const Type&, const void*);
void read_enum(const Type&, const json::value&, void*, const Rules&, const Path&, Problems&);
json::value write_enum(const Type&, const void*);
void read_struct(const Type&, const json::value&, void*, const Rules&, const Path&, Problems&);
json::value write_struct(const Type&, const void*);

Shape array_shape(const Shape& items);
// `defaults` is a value of the struct, as it is when nothing is said.
Shape struct_shape(std::string_view name, const Fields& fields, const void* defaults);
// Throws Error(invalid_argument).
void read_whole(const Type&, const json::value&, void* out);

template <class T>
concept Described = requires {
    T::describe();
};

template <class T>
constexpr std::string_view type_name() {
    // "… [with T = stele::memory::SearchInput; std::string_view = …]"
    constexpr std::string_view all = __PRETTY_FUNCTION__;
    constexpr auto start = all.find("T = ") + 4;
    constexpr auto end = all.find_first_of(";]", start);
    constexpr auto full = all.substr(start, end - start);
    constexpr auto colon = full.rfind(':');
    return colon == std::string_view::npos ? full : full.substr(colon + 1);
}

// The table of a type: a constant, one for each.
template <class T>
struct TypeOf {
    static const Type& get() {
        if constexpr (std::is_enum_v<T>)
            return enumeration();
        else if constexpr (Described<T>)
            return described();
        else
            return scalar<T>();
    }

  private:
    static const Type& enumeration() {
        static constexpr Type type{
            .read = read_enum,
            .write = write_enum,
            .shape = []() -> const Shape& {
                static const Shape shape = [] {
                    Shape out;
                    out.kind = Kind::enumeration;
                    out.name = type_name<T>();
                    for (const auto& entry : EnumNames<T>::values)
                        out.enum_values.push_back(entry.second);
                    return out;
                }();
                return shape;
            },
            .set_name =
                [](void* out, std::string_view name) {
                    const std::optional<T> value = enum_of<T>(name);
                    if (value) *static_cast<T*>(out) = *value;
                    return value.has_value();
                },
            .name = [](const void* value) { return name_of(*static_cast<const T*>(value)); }};
        return type;
    }
    static const Type& described() {
        static constexpr Type type{
            .read = read_struct, .write = write_struct, .shape = []() -> const Shape& {
                static const Shape shape = [] {
                    const T defaults{};
                    return struct_shape(type_name<T>(), T::describe(), &defaults);
                }();
                return shape;
            }};
        return type;
    }
};

template <class T>
struct TypeOf<std::optional<T>> {
    static const Type& get() {
        static const Type type{
            .read = read_optional,
            .write = write_optional,
            .shape = TypeOf<T>::get().shape,
            .optional = true,
            .item = &TypeOf<T>::get(),
            .item_bytes = sizeof(T),
            .make_room = [](void* container, std::size_t count) -> void* {
                auto& optional = *static_cast<std::optional<T>*>(container);
                optional.reset();
                return count ? &optional.emplace() : nullptr;
            },
            .items = [](const void* container) -> std::pair<const void*, std::size_t> {
                const auto& optional = *static_cast<const std::optional<T>*>(container);
                if (!optional) return {nullptr, 0};
                return {&*optional, 1};
            }};
        return type;
    }
};

template <class T>
struct TypeOf<std::vector<T>> {
    static const Type& get() {
        static const Type type{
            .read = read_array,
            .write = write_array,
            .shape = []() -> const Shape& {
                static const Shape shape = array_shape(TypeOf<T>::get().shape());
                return shape;
            },
            .item = &TypeOf<T>::get(),
            .item_bytes = sizeof(T),
            .make_room = [](void* container, std::size_t count) -> void* {
                auto& vector = *static_cast<std::vector<T>*>(container);
                vector = std::vector<T>(count);
                return vector.data();
            },
            .items = [](const void* container) -> std::pair<const void*, std::size_t> {
                const auto& vector = *static_cast<const std::vector<T>*>(container);
                return {vector.data(), vector.size()};
            }};
        return type;
    }
};

extern template struct TypeOf<std::optional<bool>>;
extern template struct TypeOf<std::optional<int>>;
extern template struct TypeOf<std::optional<std::int64_t>>;
extern template struct TypeOf<std::optional<double>>;
extern template struct TypeOf<std::optional<std::string>>;
extern template struct TypeOf<std::optional<Timestamp>>;
extern template struct TypeOf<std::optional<json::object>>;
extern template struct TypeOf<std::vector<std::string>>;
extern template struct TypeOf<std::optional<std::vector<std::string>>>;

}  // namespace detail

template <class T>
const Type& type_of() {
    return detail::TypeOf<T>::get();
}

template <class T>
const Shape& shape_of() {
    return type_of<T>().shape();
}

template <class T>
T read(const json::value& value) {
    T out{};
    detail::read_whole(type_of<T>(), value, &out);
    return out;
}

template <class T>
json::value write(const T& value) {
    return type_of<T>().write(type_of<T>(), &value);
}

}  // namespace stele::reflect
