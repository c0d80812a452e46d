// Markdown for what pages have in common.
#pragma once

#include <string>
#include <string_view>

#include "foundation/base/reflect.hpp"

namespace stele::reference {

inline constexpr std::size_t kColumns = 120;

// The first lines of every page.
std::string title(std::string_view name, std::string_view page);

// Running text in lines of at most kColumns; every line but the first is indented. Characters that
// Markdown or HTML would read as markup are escaped, but for links and what stands between
// backticks.
std::string prose(std::string_view text, std::size_t indent = 0);

// "* " and running text.
std::string item(std::string_view text, std::size_t indent = 0);

// "64 KiB", "16 MiB", "120 bytes"
std::string bytes(std::size_t number);
// "1,000"
std::string count(std::int64_t number);

// "integer, 1 to 100, default 10"
std::string type_of(const reflect::FieldInfo& field, bool input);

// A list of a struct's fields; those of nested structs stand below their field.
std::string field_list(const reflect::Shape& shape, bool input, std::size_t indent = 0);

}  // namespace stele::reference
