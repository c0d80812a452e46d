#include "foundation/base/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>

#include "foundation/base/error.hpp"
#include "foundation/base/json_text.hpp"
#include "foundation/base/limits.hpp"

namespace stele {

namespace {

constexpr std::size_t kStoredDepth = 1000;

void write_number(double number, std::string& out) {
    if (number == 0 && std::signbit(number)) {
        out += "-0.0";  // -0 is read as an integer, which has no sign of zero
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

// Whether the error at this byte is that an escape names the first half of a surrogate pair and the
// second one is missing: Boost calls that a syntax error.
bool half_a_pair(std::string_view text, std::size_t at) {
    const auto escape = text.rfind("\\u", at);
    if (escape == std::string_view::npos || at - escape > 7 || escape + 4 > text.size())
        return false;
    const auto before = text.find_last_not_of('\\', escape);
    const std::size_t backslashes = before == std::string_view::npos ? escape + 1 : escape - before;
    return backslashes % 2 == 1 && (text[escape + 2] | 0x20) == 'd' &&
           std::string_view("89abAB").find(text[escape + 3]) != std::string_view::npos;
}

json::value parse(std::string_view text, std::string_view what, std::size_t depth) {
    json::parse_options options;
    options.max_depth = depth;
    json::parser parser({}, options);
    json::error_code error;
    const std::size_t used = parser.write_some(text.data(), text.size(), error);
    if (!error && used < text.size() &&
        text.find_first_not_of(" \t\r\n", used) != std::string_view::npos)
        error = json::error::extra_data;
    if (error)
        throw Error(
            Code::invalid_argument,
            fmt::format("the {} is not valid JSON: {} at byte {}", what,
                        half_a_pair(text, used) ? "half a surrogate pair" : error.message(), used));
    return parser.release();
}

}  // namespace

json::value parse_json(std::string_view text, std::string_view what) {
    return parse(text, what, limits::kJsonDepth);
}

json::value parse_stored_json(std::string_view text, std::string_view what) {
    return parse(text, what, kStoredDepth);
}

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
