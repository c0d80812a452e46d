#include "foundation/http/message.hpp"

#include "foundation/http/ascii.hpp"

namespace stele::http {

std::optional<std::string_view> Head::header(std::string_view name) const {
    for (const Header& each : headers)
        if (iequals(each.name, name)) return each.value;
    return std::nullopt;
}

std::optional<std::string_view> Head::query_value(std::string_view name) const {
    for (const auto& [key, value] : query)
        if (key == name) return value;
    return std::nullopt;
}

}  // namespace stele::http
