#include "foundation/base/redact_json.hpp"

namespace stele {

namespace {

bool redact_string(json::string& text) {
    std::string clean = redact(text);
    if (clean == std::string_view(text)) return false;
    text = clean;
    return true;
}

bool redact_object(json::object& object) {
    const bool binary = object.contains("mimeType");
    bool changed = false;
    for (auto& member : object) {
        const std::string_view name = member.key();
        json::string* text = member.value().if_string();
        if (!text) {
            changed |= redact_in_place(member.value());
        } else if (is_secret_member(name, *text)) {
            *text = "***";
            changed = true;
        } else if (!binary || (name != "blob" && name != "data")) {
            changed |= redact_string(*text);
        }
    }
    return changed;
}

}  // namespace

bool redact_in_place(json::value& value) {
    if (json::string* text = value.if_string()) return redact_string(*text);
    if (json::object* object = value.if_object()) return redact_object(*object);
    bool changed = false;
    if (json::array* array = value.if_array())
        for (json::value& item : *array) changed |= redact_in_place(item);
    return changed;
}

json::value redacted(json::value value) {
    redact_in_place(value);
    return value;
}

std::string serialize_redacted(const json::value& value) {
    std::string text = serialize(value);
    return may_hold_secret(text) ? serialize(redacted(value)) : text;
}

json::object redacted(json::object object) {
    redact_object(object);
    return object;
}

}  // namespace stele
