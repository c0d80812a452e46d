// The templates behind reflect.hpp: from a described type to its Shape, reader and writer.
#pragma once

#include <cstring>

#include "base/reflect.hpp"

namespace stele::reflect::detail {

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {
    using value_type = T;
};
template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {
    using value_type = T;
};

template <class T>
concept Described = requires {
    T::describe();
};

// Scalar readers, compiled once in reflect.cpp. They report into Problems and then leave `out`
// alone.
void read_scalar(const json::value&, bool& out, const Rules&, const std::string& path, Problems&);
void read_scalar(const json::value&, int& out, const Rules&, const std::string& path, Problems&);
void read_scalar(const json::value&, std::int64_t& out, const Rules&, const std::string& path,
                 Problems&);
void read_scalar(const json::value&, double& out, const Rules&, const std::string& path, Problems&);
void read_scalar(const json::value&, std::string& out, const Rules&, const std::string& path,
                 Problems&);
void read_scalar(const json::value&, Timestamp& out, const Rules&, const std::string& path,
                 Problems&);
void read_scalar(const json::value&, json::object& out, const Rules&, const std::string& path,
                 Problems&);
void read_scalar(const json::value&, json::value& out, const Rules&, const std::string& path,
                 Problems&);
const json::array* expect_array(const json::value&, const Rules&, const std::string& path,
                                Problems&);
void expect_enum(const json::value&, const Shape&, const std::string& path, Problems&);
// Reads the members of `value` into the struct at `owner`, reporting unknown and missing ones.
void read_struct(const json::value& value, void* owner, const Shape&, const std::string& path,
                 Problems&);
json::object write_struct(const void* owner, const Shape&);

template <class T>
void read_value(const json::value& value, T& out, const Rules& rules, const std::string& path,
                Problems& problems) {
    if constexpr (is_optional<T>::value) {
        if (value.is_null()) {
            out.reset();
            return;
        }
        typename is_optional<T>::value_type inner{};
        read_value(value, inner, rules, path, problems);
        out = std::move(inner);
    } else if constexpr (is_vector<T>::value) {
        const json::array* array = expect_array(value, rules, path, problems);
        if (!array) return;
        out.clear();
        out.reserve(array->size());
        for (std::size_t i = 0; i < array->size(); ++i) {
            typename is_vector<T>::value_type inner{};
            Rules item_rules = rules;
            item_rules.required = true;
            read_value((*array)[i], inner, item_rules, path + "[" + std::to_string(i) + "]",
                       problems);
            out.push_back(std::move(inner));
        }
    } else if constexpr (std::is_enum_v<T>) {
        std::optional<T> parsed;
        if (value.is_string()) parsed = enum_of<T>(std::string_view(value.get_string()));
        if (parsed)
            out = *parsed;
        else
            expect_enum(value, shape_of<T>(), path, problems);
    } else if constexpr (Described<T>) {
        read_struct(value, &out, shape_of<T>(), path, problems);
    } else {
        read_scalar(value, out, rules, path, problems);
    }
}

template <class T>
json::value write_value(const T& value) {
    if constexpr (is_optional<T>::value) {
        return value ? write_value(*value) : json::value(nullptr);
    } else if constexpr (is_vector<T>::value) {
        json::array array;
        array.reserve(value.size());
        for (const auto& item : value) array.push_back(write_value(item));
        return array;
    } else if constexpr (std::is_enum_v<T>) {
        return json::string(name_of(value));
    } else if constexpr (std::is_same_v<T, Timestamp>) {
        return json::string(to_rfc3339(value));
    } else if constexpr (Described<T>) {
        return write_struct(&value, shape_of<T>());
    } else {
        return json::value(value);
    }
}

template <class T>
Shape make_shape();

// The position of a field in describe() is its identity; owner and member types come from the
// tuple.
template <class Owner, std::size_t I>
struct Access {
    static constexpr auto kField = std::get<I>(Owner::describe());
    static void read(const json::value& value, void* owner, const FieldInfo& info,
                     const std::string& path, Problems& problems) {
        read_value(value, static_cast<Owner*>(owner)->*(kField.member), info.rules, path, problems);
    }
    static void write(const void* owner, json::object& out, const FieldInfo& info) {
        const auto& member = static_cast<const Owner*>(owner)->*(kField.member);
        if constexpr (is_optional<std::decay_t<decltype(member)>>::value)
            if (!member) return;
        out[info.name] = write_value(member);
    }
};

template <class Owner, std::size_t I>
FieldInfo make_field(const Owner& defaults) {
    constexpr auto f = Access<Owner, I>::kField;
    using Member = std::decay_t<decltype(defaults.*(f.member))>;
    FieldInfo info{};
    info.name = f.name;
    info.doc = f.doc;
    info.rules = f.rules;
    info.shape = &shape_of<Member>();
    info.optional = is_optional<Member>::value;
    info.default_value =
        f.rules.required ? json::value(nullptr) : write_value(defaults.*(f.member));
    info.read = &Access<Owner, I>::read;
    info.write = &Access<Owner, I>::write;
    return info;
}

template <class T, std::size_t... I>
void add_fields(Shape& shape, std::index_sequence<I...>) {
    [[maybe_unused]] const T defaults{};
    (shape.fields.push_back(make_field<T, I>(defaults)), ...);
}

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

template <class T>
Shape make_shape() {
    Shape shape;
    if constexpr (std::is_same_v<T, bool>) {
        shape.kind = Kind::boolean;
    } else if constexpr (std::is_integral_v<T>) {
        shape.kind = Kind::integer;
    } else if constexpr (std::is_floating_point_v<T>) {
        shape.kind = Kind::number;
    } else if constexpr (std::is_same_v<T, std::string>) {
        shape.kind = Kind::string;
    } else if constexpr (std::is_same_v<T, Timestamp>) {
        shape.kind = Kind::timestamp;
    } else if constexpr (std::is_same_v<T, json::object>) {
        shape.kind = Kind::object;
        shape.free_form = true;
    } else if constexpr (std::is_same_v<T, json::value>) {
        shape.kind = Kind::any;
    } else if constexpr (is_vector<T>::value) {
        shape.kind = Kind::array;
        shape.items = &shape_of<typename is_vector<T>::value_type>();
    } else if constexpr (std::is_enum_v<T>) {
        shape.kind = Kind::enumeration;
        shape.name = type_name<T>();
        for (const auto& entry : EnumNames<T>::values) shape.enum_values.push_back(entry.second);
    } else {
        static_assert(Described<T>, "a field's type must be described: see base/reflect.hpp");
        shape.kind = Kind::object;
        shape.name = type_name<T>();
        add_fields<T>(shape,
                      std::make_index_sequence<std::tuple_size_v<decltype(T::describe())>>{});
    }
    return shape;
}

}  // namespace stele::reflect::detail

namespace stele::reflect {

template <class T>
const Shape& shape_of() {
    if constexpr (detail::is_optional<T>::value) {
        return shape_of<typename detail::is_optional<T>::value_type>();
    } else {
        static const Shape shape = detail::make_shape<T>();
        return shape;
    }
}

template <class T>
T read(const json::value& value) {
    T out{};
    Problems problems;
    detail::read_value(value, out, Rules{}, "", problems);
    if (!problems.empty()) problems.raise();
    return out;
}

template <class T>
json::value write(const T& value) {
    return detail::write_value(value);
}

}  // namespace stele::reflect
