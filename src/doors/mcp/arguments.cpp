#include "doors/mcp/arguments.hpp"

#include <algorithm>

#include "foundation/base/error.hpp"

namespace stele::mcp {

namespace {

using reflect::Kind;

bool fits(Kind kind, const json::value& value) {
    switch (kind) {
        case Kind::boolean:
            return value.is_bool();
        case Kind::integer:
        case Kind::number:
            return value.is_number();
        case Kind::array:
            return value.is_array();
        case Kind::object:
            return value.is_object();
        default:
            return false;
    }
}

void unquote(const reflect::Shape& shape, json::value& value);

void unquote_text(Kind kind, json::value& value) {
    try {
        json::value inner = parse_json(value.get_string(), "argument");
        if (fits(kind, inner)) value = std::move(inner);
    } catch (const Error&) {
        // A text after all: the operation says what it expected.
    }
}

void unquote_members(const reflect::Shape& shape, json::object& object) {
    for (auto& member : object) {
        const auto field = std::ranges::find(shape.fields, std::string_view(member.key()),
                                             &reflect::FieldInfo::name);
        if (field != shape.fields.end()) unquote(*field->shape, member.value());
    }
}

void unquote(const reflect::Shape& shape, json::value& value) {
    if (value.is_string()) unquote_text(shape.kind, value);
    if (shape.kind == Kind::array && value.is_array())
        for (json::value& one : value.get_array()) unquote(*shape.items, one);
    if (shape.kind == Kind::object && value.is_object()) unquote_members(shape, value.get_object());
}

}  // namespace

json::object unquoted(const reflect::Shape& shape, json::object arguments) {
    unquote_members(shape, arguments);
    return arguments;
}

}  // namespace stele::mcp
