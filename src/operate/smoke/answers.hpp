// What steps read out of answers.
#pragma once

#include <fmt/format.h>

#include <string>

#include "operate/smoke/session.hpp"

namespace stele::smoke {

inline const json::value& field_of(const json::object& body, std::string_view name,
                                   json::kind kind) {
    const json::value* value = body.if_contains(name);
    if (!value || value->kind() != kind)
        throw StepFailed(fmt::format("the answer has no {}", name),
                         "is it Stele that listens there?");
    return *value;
}

inline std::string text_of(const json::object& body, std::string_view name) {
    return std::string(field_of(body, name, json::kind::string).get_string());
}

inline const json::object& object_in(const json::object& body, std::string_view name) {
    return field_of(body, name, json::kind::object).get_object();
}

inline const json::array& array_in(const json::object& body, std::string_view name) {
    return field_of(body, name, json::kind::array).get_array();
}

// Whether one of the objects has this text in that field.
inline bool any_has(const json::array& objects, std::string_view name, const std::string& text) {
    for (const json::value& one : objects)
        if (one.is_object() && text_of(one.get_object(), name) == text) return true;
    return false;
}

}  // namespace stele::smoke
