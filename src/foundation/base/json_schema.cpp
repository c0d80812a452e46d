#include "foundation/base/json_schema.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace stele::reflect {

namespace {

json::value bound(double number) {
    if (number == std::floor(number) && std::abs(number) < 9e15) return std::int64_t(number);
    return number;
}

void add_rules(json::object& schema, const FieldInfo& field) {
    const Rules& rules = field.rules;
    const Kind kind = field.shape->kind;
    if (kind == Kind::integer || kind == Kind::number) {
        if (std::isfinite(rules.min)) schema["minimum"] = bound(rules.min);
        if (std::isfinite(rules.max) && !rules.clamp) schema["maximum"] = bound(rules.max);
    }
    if (kind == Kind::string && (rules.required || rules.min_bytes > 0)) schema["minLength"] = 1;
    if (kind == Kind::array) schema["maxItems"] = rules.max_items;
    if (kind == Kind::string && !rules.format.empty()) schema["format"] = rules.format;
}

// Of what a caller sends, in words: maxLength counts characters, and the bound is one of bytes.
std::string bound_in_words(const FieldInfo& field) {
    const Shape& shape = *field.shape;
    const bool list = shape.kind == Kind::array;
    const Shape& one = list ? *shape.items : shape;
    const bool text = one.kind == Kind::string && field.rules.format.empty();
    const bool json = one.kind == Kind::any || (one.kind == Kind::object && one.free_form);
    if (!text && !json) return "";
    return fmt::format(" ({}at most {} bytes{})", list ? "each " : "", field.rules.max_bytes,
                       json ? " as JSON" : "");
}

}  // namespace

json::object json_schema(const Shape& shape, bool closed) {
    json::object out;
    switch (shape.kind) {
        case Kind::boolean:
            out["type"] = "boolean";
            break;
        case Kind::integer:
            out["type"] = "integer";
            break;
        case Kind::number:
            out["type"] = "number";
            break;
        case Kind::string:
            out["type"] = "string";
            break;
        case Kind::timestamp:
            out["type"] = "string";
            out["format"] = "date-time";
            break;
        case Kind::enumeration: {
            out["type"] = "string";
            json::array values;
            for (const auto value : shape.enum_values) values.push_back(json::string(value));
            out["enum"] = std::move(values);
            break;
        }
        case Kind::array:
            out["type"] = "array";
            out["items"] = json_schema(*shape.items, closed);
            break;
        case Kind::any:
            break;
        case Kind::object: {
            out["type"] = "object";
            if (shape.free_form) {
                // Said, for a generator of types takes an object without members for an empty one.
                out["additionalProperties"] = true;
                break;
            }
            json::object properties;
            json::array required;
            for (const FieldInfo& field : shape.fields) {
                properties[field.name] = field_schema(field, closed);
                if (closed ? field.rules.required : !field.optional)
                    required.push_back(json::string(field.name));
            }
            out["properties"] = std::move(properties);
            if (!required.empty()) out["required"] = std::move(required);
            if (closed) out["additionalProperties"] = false;
            break;
        }
    }
    return out;
}

json::object field_schema(const FieldInfo& field, bool closed) {
    json::object out = json_schema(*field.shape, closed);
    out["description"] = closed ? std::string(field.doc) + bound_in_words(field) : field.doc;
    add_rules(out, field);
    const json::value& value = field.default_value;
    const bool empty = value.is_null() || (value.is_string() && value.get_string().empty());
    if (closed && !field.rules.required && !empty) out["default"] = value;
    return out;
}

}  // namespace stele::reflect
