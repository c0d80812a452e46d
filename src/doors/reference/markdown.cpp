#include "doors/reference/markdown.hpp"

#include <fmt/format.h>

#include <cmath>

#include "doors/cli/help.hpp"
#include "foundation/base/json.hpp"

namespace stele::reference {

namespace {

constexpr std::size_t kNested = 6;  // columns of indentation below which fields are not listed

// The length of the link that the text begins with, "[words](address)"; 0: there is none.
std::size_t link_length(std::string_view text) {
    const auto middle = text.find(']');
    if (!text.starts_with('[') || middle == std::string_view::npos) return 0;
    if (!text.substr(middle).starts_with("](")) return 0;
    const auto end = text.find(')', middle);
    return end == std::string_view::npos ? 0 : end + 1;
}

std::string escaped(std::string_view text) {
    std::string out;
    bool code = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '`') code = !code;
        if (const auto link = code ? 0 : link_length(text.substr(at)); link > 0) {
            out += text.substr(at, link);
            at += link - 1;
            continue;
        }
        if (!code && (c == '<' || c == '*' || c == '[' || c == ']')) out += '\\';
        out += c;
    }
    return out;
}

// The shape of what is in a list, of a list in a list, …
const reflect::Shape& innermost(const reflect::Shape& shape) {
    return shape.kind == reflect::Kind::array ? innermost(*shape.items) : shape;
}

std::string kind_name(const reflect::Shape& shape, std::string_view format) {
    using reflect::Kind;
    switch (shape.kind) {
        case Kind::boolean:
            return "true or false";
        case Kind::integer:
            return "integer";
        case Kind::number:
            return "number";
        case Kind::string:
            return format == "uuid" ? "UUID" : "text";
        case Kind::timestamp:
            return "time";
        case Kind::enumeration:
            return fmt::format("`{}`", fmt::join(shape.enum_values, "`, `"));
        case Kind::array:
            return "list of " + kind_name(*shape.items, format);
        case Kind::object:
            return "object";
        case Kind::any:
            return "any JSON";
    }
    return "";
}

std::string number_text(double value) {
    return value == std::floor(value) && std::abs(value) < 1e15 ? count(std::int64_t(value))
                                                                : fmt::format("{}", value);
}

void add_bounds(std::string& out, const reflect::FieldInfo& field) {
    const reflect::Rules standard;
    const reflect::Rules& rules = field.rules;
    if (std::isfinite(rules.min) && std::isfinite(rules.max))
        out += fmt::format(", {} to {}{}", number_text(rules.min), number_text(rules.max),
                           rules.clamp ? " (more is clamped)" : "");
    if (rules.max_bytes != standard.max_bytes)
        out += fmt::format(", at most {}", bytes(rules.max_bytes));
    if (field.shape->kind == reflect::Kind::array && rules.max_items != standard.max_items)
        out += fmt::format(", at most {} items", count(std::int64_t(rules.max_items)));
    const json::value& value = field.default_value;
    if (rules.secret || value.is_null() || value.is_object() || value.is_array()) return;
    if (value.is_string() && value.get_string().empty()) return;
    if (value.is_bool() && !value.get_bool()) return;
    out += fmt::format(", default `{}`", value.is_string() ? std::string_view(value.get_string())
                                                           : std::string_view(serialize(value)));
}

}  // namespace

std::string title(std::string_view name, std::string_view page) {
    return fmt::format(
        "<!-- Made by `stele reference {}`. Do not edit: ./script/reference writes it anew. -->\n\n"
        "# {}\n\n",
        page, name);
}

std::string prose(std::string_view text, std::size_t indent) {
    std::string out;
    while (!text.empty()) {
        const auto end = text.find("\n\n");
        if (!out.empty()) out += "\n\n" + std::string(indent, ' ');
        out += cli::wrapped(escaped(text.substr(0, end)), indent, kColumns);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    }
    return out;
}

std::string item(std::string_view text, std::size_t indent) {
    return std::string(indent, ' ') + "* " + prose(text, indent + 2) + "\n";
}

std::string bytes(std::size_t number) {
    if (number >= 1 << 20 && number % (1 << 20) == 0) return fmt::format("{} MiB", number >> 20);
    if (number >= 1 << 10 && number % (1 << 10) == 0) return fmt::format("{} KiB", number >> 10);
    return count(std::int64_t(number)) + " bytes";
}

std::string count(std::int64_t number) {
    std::string out = fmt::format("{}", number);
    for (auto at = std::ptrdiff_t(out.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3)
        out.insert(std::size_t(at), ",");
    return out;
}

std::string type_of(const reflect::FieldInfo& field, bool input) {
    std::string out = kind_name(*field.shape, field.rules.format);
    if (!input) return out;
    if (field.rules.required) out += ", required";
    add_bounds(out, field);
    return out;
}

std::string field_list(const reflect::Shape& shape, bool input, std::size_t indent) {
    std::string out;
    for (const reflect::FieldInfo& field : shape.fields) {
        out += item(fmt::format("`{}` ({}): {}", field.name, type_of(field, input), field.doc),
                    indent);
        if (indent < kNested) out += field_list(innermost(*field.shape), input, indent + 2);
    }
    return out;
}

}  // namespace stele::reference
