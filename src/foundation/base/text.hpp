// Small questions about UTF-8 text that many folders ask.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stele {

// The offset of the first byte that is not part of well-formed UTF-8 (no surrogates, no overlong
// forms, at most U+10FFFF), or nothing when all of it is.
std::optional<std::size_t> invalid_utf8_at(std::string_view text);

// At most `max_bytes` of the text, cut between characters, with "…" where something was cut; line
// breaks and control characters become spaces. For messages and tables.
std::string excerpt(std::string_view text, std::size_t max_bytes);

// "sourceUri" → "source-uri"; the CLI's spelling of a field.
std::string kebab_case(std::string_view camel);

std::string_view trim(std::string_view text);

// What stands between the commas, trimmed; where nothing stands, nothing.
std::vector<std::string_view> comma_list(std::string_view text);

// ASCII letters alone, without asking the locale.
constexpr char lower_ascii(char c) {
    return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}
std::string lower_ascii(std::string_view text);

// In single quotes, as a shell takes any text.
std::string shell_quoted(std::string_view text);

}  // namespace stele
