#include "doors/mcp/params.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"

namespace stele::mcp {

const json::string* string_in(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value ? value->if_string() : nullptr;
}

std::string required_string(const json::object& params, std::string_view name) {
    if (const json::string* text = string_in(params, name); text && !text->empty())
        return std::string(*text);
    throw Error(Code::invalid_argument,
                fmt::format("params.{}: a string that is not empty is required", name));
}

json::object object_in(const json::object& params, std::string_view name) {
    const json::value* value = params.if_contains(name);
    if (!value || value->is_null()) return {};
    if (!value->is_object())
        throw Error(Code::invalid_argument, fmt::format("params.{}: expected an object", name));
    return value->get_object();
}

void put(json::object& object, std::string_view name, const std::string& text) {
    if (!text.empty()) object[name] = text;
}

}  // namespace stele::mcp
