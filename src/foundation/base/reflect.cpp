#include "foundation/base/reflect.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>

#include "foundation/base/error.hpp"
#include "foundation/base/json_bounds.hpp"
#include "foundation/base/suggest.hpp"
#include "foundation/base/text.hpp"
#include "foundation/base/uuid.hpp"

namespace stele::reflect {

namespace {

std::string_view kind_of(const json::value& value) {
    switch (value.kind()) {
        case json::kind::null:
            return "null";
        case json::kind::bool_:
            return "a boolean";
        case json::kind::int64:
        case json::kind::uint64:
            return "an integer";
        case json::kind::double_:
            return "a number";
        case json::kind::string:
            return "a string";
        case json::kind::array:
            return "an array";
        case json::kind::object:
            return "an object";
    }
    return "something else";
}

std::string expected(std::string_view what, const json::value& got) {
    return fmt::format("expected {}, got {}", what, kind_of(got));
}

// The integer a JSON number stands for: 10 and 10.0 do, 10.5 and 1e300 do not.
std::optional<std::int64_t> as_integer(const json::value& value) {
    if (value.is_int64()) return value.get_int64();
    if (value.is_double()) {
        const double number = value.get_double();
        if (number == std::floor(number) && std::abs(number) < 9e15) return std::int64_t(number);
    }
    return std::nullopt;
}

std::optional<double> in_range(double number, const Rules& rules, const Path& path,
                               Problems& problems) {
    if (std::isnan(number) || std::isinf(number)) {
        problems.add(path, "expected a finite number");
        return std::nullopt;
    }
    if (rules.clamp && number >= 0) return std::min(std::max(number, rules.min), rules.max);
    if (number < rules.min || number > rules.max) {
        problems.add(path, std::isinf(rules.max)
                               ? fmt::format("must be at least {}, got {}", rules.min, number)
                               : fmt::format("must be between {} and {}, got {}", rules.min,
                                             rules.max, number));
        return std::nullopt;
    }
    return number;
}

}  // namespace

std::string Path::text() const {
    if (!parent) return "";
    const std::string before = parent->text();
    if (item) return fmt::format("{}[{}]", before, *item);
    return before.empty() ? std::string(member) : fmt::format("{}.{}", before, member);
}

void Problems::add(const Path& path, const std::string& message) {
    std::string text = path.text();
    list_.push_back({text.empty() ? "(input)" : std::move(text), message});
}

void Problems::raise() const {
    std::string message;
    json::array errors;
    for (const Item& item : list_) {
        message += fmt::format("{}{}: {}", message.empty() ? "" : "; ", item.path, item.message);
        errors.push_back(json::object{{"path", item.path}, {"message", item.message}});
    }
    throw Error(Code::invalid_argument, message, "", {{"errors", std::move(errors)}});
}

namespace detail {

namespace {

// Readers of single values. They report into Problems and then leave `out` alone.
void read_scalar(const json::value& value, bool& out, const Rules&, const Path& path,
                 Problems& problems) {
    if (value.is_bool())
        out = value.get_bool();
    else
        problems.add(path, expected("true or false", value));
}

void read_scalar(const json::value& value, std::int64_t& out, const Rules& rules, const Path& path,
                 Problems& problems) {
    const auto integer = as_integer(value);
    if (!integer) {
        problems.add(path,
                     value.is_number() ? "expected a whole number" : expected("an integer", value));
    } else if (const auto number = in_range(double(*integer), rules, path, problems)) {
        out = *number == double(*integer) ? *integer : std::int64_t(*number);
    }
}

void read_scalar(const json::value& value, int& out, const Rules& rules, const Path& path,
                 Problems& problems) {
    Rules narrow = rules;
    narrow.min = std::max(rules.min, -2147483648.0);
    narrow.max = std::min(rules.max, 2147483647.0);
    std::int64_t wide = out;
    read_scalar(value, wide, narrow, path, problems);
    out = int(wide);
}

void read_scalar(const json::value& value, double& out, const Rules& rules, const Path& path,
                 Problems& problems) {
    if (!value.is_number()) return problems.add(path, expected("a number", value));
    if (const auto number = in_range(value.to_number<double>(), rules, path, problems))
        out = *number;
}

void read_scalar(const json::value& value, std::string& out, const Rules& rules, const Path& path,
                 Problems& problems) {
    if (!value.is_string()) return problems.add(path, expected("a string", value));
    const std::string_view text = value.get_string();
    if (text.size() < rules.min_bytes || (rules.required && text.empty()))
        return problems.add(path, "must not be empty");
    if (text.size() > rules.max_bytes)
        return problems.add(path, fmt::format("is {} bytes long; at most {} are allowed",
                                              text.size(), rules.max_bytes));
    if (const auto at = text.find('\0'); at != std::string_view::npos)
        return problems.add(path, fmt::format("contains a NUL character at byte {}", at));
    if (const auto at = invalid_utf8_at(text))
        return problems.add(path, fmt::format("is not valid UTF-8 at byte {}", *at));
    if (rules.format == "uuid" && !Uuid::parse(text))
        return problems.add(path, fmt::format("expected a UUID, got \"{}\"", excerpt(text, 40)));
    if (const std::string problem = rules.problem ? rules.problem(text) : ""; !problem.empty())
        return problems.add(path, fmt::format("\"{}\": {}", excerpt(text, 40), problem));
    out = text;
}

void read_scalar(const json::value& value, Timestamp& out, const Rules&, const Path& path,
                 Problems& problems) {
    if (!value.is_string()) return problems.add(path, expected("a date and time string", value));
    if (const auto time = parse_timestamp(std::string_view(value.get_string())))
        out = *time;
    else
        problems.add(path, fmt::format("expected a time such as 2026-11-20T08:15:30Z, got \"{}\"",
                                       excerpt(value.get_string(), 40)));
}

void read_scalar(const json::value& value, json::object& out, const Rules& rules, const Path& path,
                 Problems& problems) {
    if (!value.is_object()) return problems.add(path, expected("an object", value));
    if (auto why = json_problem(value, rules.max_bytes)) return problems.add(path, *why);
    out = value.get_object();
}

void read_scalar(const json::value& value, json::value& out, const Rules& rules, const Path& path,
                 Problems& problems) {
    if (auto why = json_problem(value, rules.max_bytes)) return problems.add(path, *why);
    out = value;
}

const json::array* expect_array(const json::value& value, const Rules& rules, const Path& path,
                                Problems& problems) {
    if (!value.is_array()) {
        problems.add(path, expected("an array", value));
        return nullptr;
    }
    const json::array& array = value.get_array();
    if (array.size() > rules.max_items) {
        problems.add(path, fmt::format("has {} items; at most {} are allowed", array.size(),
                                       rules.max_items));
        return nullptr;
    }
    return &array;
}

void report_unknown(const json::object& object, const Shape& shape, const Path& path,
                    Problems& problems) {
    for (const auto& member : object) {
        const std::string_view name = member.key();
        if (std::ranges::find(shape.fields, name, &FieldInfo::name) != shape.fields.end()) continue;
        std::vector<std::string_view> known;
        for (const FieldInfo& field : shape.fields) known.push_back(field.name);
        const std::string shown = excerpt(name, 40);
        problems.add(Path{&path, shown},
                     fmt::format("is not a field of this input{}", did_you_mean(name, known)));
    }
}

template <class T>
Shape scalar_shape() {
    Shape out;
    if constexpr (std::is_same_v<T, bool>)
        out.kind = Kind::boolean;
    else if constexpr (std::is_integral_v<T>)
        out.kind = Kind::integer;
    else if constexpr (std::is_floating_point_v<T>)
        out.kind = Kind::number;
    else if constexpr (std::is_same_v<T, std::string>)
        out.kind = Kind::string;
    else if constexpr (std::is_same_v<T, Timestamp>)
        out.kind = Kind::timestamp;
    else if constexpr (std::is_same_v<T, json::object>)
        out.kind = Kind::object;
    out.free_form = std::is_same_v<T, json::object>;
    return out;
}

const void* at(const void* base, std::size_t bytes) {
    return static_cast<const std::byte*>(base) + bytes;
}

void* at(void* base, std::size_t bytes) {
    return static_cast<std::byte*>(base) + bytes;
}

}  // namespace

template <class T>
const Type& scalar() {
    static constexpr Type type{
        .read =
            [](const Type&, const json::value& value, void* out, const Rules& rules,
               const Path& path, Problems& problems) {
                read_scalar(value, *static_cast<T*>(out), rules, path, problems);
            },
        .write = [](const Type&, const void* value) -> json::value {
            if constexpr (std::is_same_v<T, Timestamp>)
                return json::string(to_rfc3339(*static_cast<const T*>(value)));
            else
                return json::value(*static_cast<const T*>(value));
        },
        .shape = []() -> const Shape& {
            static const Shape shape = scalar_shape<T>();
            return shape;
        }};
    return type;
}

template const Type& scalar<bool>();
template const Type& scalar<int>();
template const Type& scalar<std::int64_t>();
template const Type& scalar<double>();
template const Type& scalar<std::string>();
template const Type& scalar<Timestamp>();
template const Type& scalar<json::object>();
template const Type& scalar<json::value>();

template struct TypeOf<std::optional<bool>>;
template struct TypeOf<std::optional<int>>;
template struct TypeOf<std::optional<std::int64_t>>;
template struct TypeOf<std::optional<double>>;
template struct TypeOf<std::optional<std::string>>;
template struct TypeOf<std::optional<Timestamp>>;
template struct TypeOf<std::optional<json::object>>;
template struct TypeOf<std::vector<std::string>>;
template struct TypeOf<std::optional<std::vector<std::string>>>;

void read_optional(const Type& type, const json::value& value, void* out, const Rules& rules,
                   const Path& path, Problems& problems) {
    void* held = type.make_room(out, value.is_null() ? 0 : 1);
    if (held) type.item->read(*type.item, value, held, rules, path, problems);
}

json::value write_optional(const Type& type, const void* value) {
    const auto [held, count] = type.items(value);
    return count ? type.item->write(*type.item, held) : json::value(nullptr);
}

void read_array(const Type& type, const json::value& value, void* out, const Rules& rules,
                const Path& path, Problems& problems) {
    const json::array* array = expect_array(value, rules, path, problems);
    if (!array) return;
    Rules item_rules = rules;
    item_rules.required = true;
    void* first = type.make_room(out, array->size());
    for (std::size_t i = 0; i < array->size(); ++i)
        type.item->read(*type.item, (*array)[i], at(first, i * type.item_bytes), item_rules,
                        Path{&path, {}, i}, problems);
}

json::value write_array(const Type& type, const void* value) {
    const auto [first, count] = type.items(value);
    json::array array;
    array.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        array.push_back(type.item->write(*type.item, at(first, i * type.item_bytes)));
    return array;
}

void read_enum(const Type& type, const json::value& value, void* out, const Rules&,
               const Path& path, Problems& problems) {
    if (!value.is_string()) return problems.add(path, expected("a string", value));
    const std::string_view text = value.get_string();
    if (type.set_name(out, text)) return;
    const std::vector<std::string_view>& names = type.shape().enum_values;
    problems.add(path, fmt::format("expected one of {}, got \"{}\"{}", fmt::join(names, ", "),
                                   excerpt(text, 40), did_you_mean(text, names)));
}

json::value write_enum(const Type& type, const void* value) {
    return json::string(type.name(value));
}

// Unknown and missing members are reported.
void read_struct(const Type& type, const json::value& value, void* out, const Rules&,
                 const Path& path, Problems& problems) {
    if (!value.is_object()) return problems.add(path, expected("an object", value));
    const json::object& object = value.get_object();
    const Shape& shape = type.shape();
    for (const FieldInfo& field : shape.fields) {
        const json::value* member = object.if_contains(field.name);
        const bool absent = !member || (member->is_null() && field.shape->kind != Kind::any);
        const Path place{&path, field.name};
        if (!absent)
            field.type->read(*field.type, *member, at(out, field.offset), field.rules, place,
                             problems);
        else if (field.rules.required)
            problems.add(place, "is required");
    }
    report_unknown(object, shape, path, problems);
}

json::value write_struct(const Type& type, const void* value) {
    const Shape& shape = type.shape();
    json::object out;
    out.reserve(shape.fields.size());
    for (const FieldInfo& field : shape.fields) {
        const void* member = at(value, field.offset);
        if (field.optional && field.type->items(member).second == 0) continue;
        out[field.name] = field.type->write(*field.type, member);
    }
    return out;
}

Shape array_shape(const Shape& items) {
    Shape out;
    out.kind = Kind::array;
    out.items = &items;
    return out;
}

Shape struct_shape(std::string_view name, const Fields& fields, const void* defaults) {
    Shape out;
    out.kind = Kind::object;
    out.name = name;
    out.fields.reserve(fields.size());
    for (const Field& field : fields) {
        FieldInfo info{.name = field.name,
                       .doc = field.doc,
                       .rules = field.rules,
                       .type = field.type,
                       .offset = field.offset,
                       .shape = &field.type->shape(),
                       .optional = field.type->optional,
                       .default_value = nullptr};
        if (!field.rules.required)
            info.default_value = field.type->write(*field.type, at(defaults, field.offset));
        out.fields.push_back(std::move(info));
    }
    return out;
}

void read_whole(const Type& type, const json::value& value, void* out) {
    Problems problems;
    type.read(type, value, out, Rules{}, Path{}, problems);
    if (!problems.empty()) problems.raise();
}

}  // namespace detail

}  // namespace stele::reflect
