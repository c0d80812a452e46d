// A row in its two spellings: a line of PostgreSQL's COPY text, and a JSON array of strings and
// nulls. Both write an escape as a backslash and mostly the same letter, so neither is ever
// decoded.
#pragma once

#include <string>
#include <string_view>

namespace stele::tenant {

// Appends the JSON line, with its newline, of one line that COPY … TO STDOUT (text) gave.
void append_json_row(std::string& out, std::string_view copy_line);

// Appends the COPY line, with its newline, of a JSON line (without one) and returns how many values
// it has. Takes what append_json_row writes and nothing else: no spaces, no other escapes; throws
// Error(invalid_argument) that says what was found instead.
std::size_t append_copy_line(std::string& out, std::string_view json_row);

}  // namespace stele::tenant
