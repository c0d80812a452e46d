#include "foundation/base/json.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>

namespace stele {

namespace {

void write_number(double number, std::string& out) {
    if (number == 0 && std::signbit(number)) {
        out += "-0.0";  // -0 is read as an integer, which has no sign of zero
        return;
    }
    if (std::isinf(number)) {  // as it may have been written: no field takes it
        out += number > 0 ? "1e999" : "-1e999";
        return;
    }
    char buffer[32];
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, number);
    out.append(buffer, end);
}

// Most strings need no escape, and Boost's serializer costs more to set up than they are long.
void write_string(std::string_view text, std::string& out) {
    const bool plain = std::ranges::none_of(
        text, [](unsigned char c) { return c < 0x20 || c == '"' || c == '\\' || c == 0x7f; });
    if (!plain) {
        out += json::serialize(json::string_view(text));
        return;
    }
    out += '"';
    out += text;
    out += '"';
}

void write_compact(const json::value& value, std::string& out) {
    if (value.is_object()) {
        char separator = '{';
        for (const auto& member : value.get_object()) {
            out += separator;
            write_string(member.key(), out);
            out += ':';
            write_compact(member.value(), out);
            separator = ',';
        }
        out += separator == '{' ? "{}" : "}";
    } else if (value.is_array()) {
        char separator = '[';
        for (const auto& item : value.get_array()) {
            out += separator;
            write_compact(item, out);
            separator = ',';
        }
        out += separator == '[' ? "[]" : "]";
    } else if (value.is_string()) {
        write_string(value.get_string(), out);
    } else if (value.is_double()) {
        write_number(value.get_double(), out);
    } else {
        out += json::serialize(value);
    }
}

void write_pretty(const json::value& value, const std::string& indent, std::string& out) {
    if (value.is_object() && !value.get_object().empty()) {
        const char* separator = "{\n";
        for (const auto& member : value.get_object()) {
            out += separator + indent + "  " + json::serialize(member.key()) + ": ";
            write_pretty(member.value(), indent + "  ", out);
            separator = ",\n";
        }
        out += "\n" + indent + "}";
    } else if (value.is_array() && !value.get_array().empty()) {
        const char* separator = "[\n";
        for (const auto& item : value.get_array()) {
            out += separator + indent + "  ";
            write_pretty(item, indent + "  ", out);
            separator = ",\n";
        }
        out += "\n" + indent + "]";
    } else {
        write_compact(value, out);
    }
}

}  // namespace

std::string serialize(const json::value& value) {
    std::string out;
    write_compact(value, out);
    return out;
}

std::string quoted(std::string_view text) {
    return json::serialize(json::string_view(text));
}

std::string pretty(const json::value& value) {
    std::string out;
    write_pretty(value, "", out);
    return out;
}

}  // namespace stele
