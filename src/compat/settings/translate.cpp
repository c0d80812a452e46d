#include "compat/settings/translate.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"

namespace stele::compat {

std::optional<json::value> take(json::object& settings, std::string_view key) {
    const auto dot = key.find('.');
    const auto at = settings.find(key.substr(0, dot));
    if (at == settings.end()) return std::nullopt;
    if (dot == std::string_view::npos) {
        json::value out = std::move(at->value());
        settings.erase(at);
        return out;
    }
    if (!at->value().is_object()) return std::nullopt;
    auto out = take(at->value().get_object(), key.substr(dot + 1));
    if (out && at->value().get_object().empty()) settings.erase(at);
    return out;
}

void put(json::object& settings, std::string_view key, json::value value, std::string_view from) {
    json::object* section = &settings;
    std::string_view rest = key;
    for (auto dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
        json::value& inner = (*section)[rest.substr(0, dot)];
        if (inner.is_null()) inner = json::object{};
        if (!inner.is_object())
            throw Error(Code::configuration, fmt::format("{} is a section, not a value", key));
        section = &inner.get_object();
        rest.remove_prefix(dot + 1);
    }
    if (section->contains(rest))
        throw Error(Code::configuration,
                    fmt::format("{} and {} are the same setting, and both are given", from, key),
                    "keep one of them");
    (*section)[rest] = std::move(value);
}

void move(json::object& settings, std::string_view from, std::string_view to) {
    if (auto value = take(settings, from)) put(settings, to, std::move(*value), from);
}

void leave_out(json::object& settings, std::string_view key, std::string_view why,
               std::vector<std::string>& notes) {
    if (take(settings, key)) notes.push_back(fmt::format("{}: {}", key, why));
}

std::string text_of(const json::value& value, std::string_view key) {
    if (value.is_string()) return std::string(std::string_view(value.get_string()));
    throw Error(Code::configuration, fmt::format("{}: expected a text", key));
}

}  // namespace stele::compat
