// The alphabets of HTTP, ASCII only and independent of the locale.
#pragma once

#include <algorithm>
#include <string_view>

namespace stele::http {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
constexpr bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
constexpr bool is_alnum(char c) {
    return is_digit(c) || is_upper(c) || is_lower(c);
}

// RFC 9110 §5.6.2: what header names and methods are made of.
constexpr bool is_token(char c) {
    return is_alnum(c) ||
           (c != 0 && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}
constexpr bool is_token(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_token(c); });
}

// May stand in a header value: not a control character, but for the tab.
constexpr bool is_field_char(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7F) || c == '\t';
}
constexpr bool is_field_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_field_char);
}

constexpr char lower(char c) {
    return is_upper(c) ? char(c + 32) : c;
}

constexpr bool iequals(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

constexpr std::string_view trim_blanks(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace stele::http
