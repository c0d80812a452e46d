#include "base/redact_json.hpp"

#include <fmt/format.h>

namespace stele {

namespace {

void redact_in_place(json::value& value);

void redact_string(json::string& text) {
    const std::string clean = redact(text);
    if (clean != std::string_view(text)) text = clean;
}

// The rules see the start of the value only: they look for a name and some characters after it.
bool names_a_secret(std::string_view name, std::string_view value) {
    const std::string pair = fmt::format("{}={}", name, value.substr(0, 64));
    return redact(pair) != pair;
}

void redact_in_place(json::object& object) {
    const bool binary = object.contains("mimeType");
    for (auto& member : object) {
        const std::string_view name = member.key();
        if (!member.value().is_string()) {
            redact_in_place(member.value());
        } else if (!binary || (name != "blob" && name != "data")) {
            json::string& text = member.value().get_string();
            redact_string(text);
            if (names_a_secret(name, text)) text = "***";
        }
    }
}

void redact_in_place(json::value& value) {
    if (json::string* text = value.if_string()) {
        redact_string(*text);
    } else if (json::array* array = value.if_array()) {
        for (json::value& item : *array) redact_in_place(item);
    } else if (json::object* object = value.if_object()) {
        redact_in_place(*object);
    }
}

}  // namespace

json::value redacted(json::value value) {
    redact_in_place(value);
    return value;
}

std::string serialize_redacted(const json::value& value) {
    std::string text = serialize(value);
    return may_hold_secret(text) ? serialize(redacted(value)) : text;
}

json::object redacted(json::object object) {
    redact_in_place(object);
    return object;
}

}  // namespace stele
