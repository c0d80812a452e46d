// Files and JSON of other programs, with what had to be changed in the notes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <istream>
#include <memory>
#include <string>
#include <string_view>

#include "foundation/base/json.hpp"
#include "foundation/ingest/notes.hpp"

namespace stele::ingest {

inline constexpr std::size_t kTextBytes = 64 * 1024 * 1024;  // of a file read whole, of one line

// The whole file as UTF-8. Throws Error(invalid_argument): it cannot be read, is larger than
// kTextBytes, is binary.
std::string read_text(const std::filesystem::path& path, Notes& notes);

// A text that a caller sent, as UTF-8; `place` names it in the notes.
std::string as_text(std::string bytes, const std::string& place, Notes& notes);

// A file, however large, after its byte order mark; one in UTF-16 is converted whole. Its pieces
// are still to be read with read_json. Throws Error(invalid_argument): it cannot be read.
std::unique_ptr<std::istream> open_text(const std::filesystem::path& path, Notes& notes);
std::unique_ptr<std::istream> open_text(std::unique_ptr<std::istream> in, const std::string& place,
                                        Notes& notes);

// One JSON text. Throws Error(invalid_argument).
json::value read_json(std::string_view bytes, const std::string& place, Notes& notes);
json::object read_json_object(std::string_view bytes, const std::string& place, Notes& notes);

// What is told of one line of JSON Lines: `place` is "NAME line NUMBER".
struct Line {
    std::string_view text;
    std::string place;
    std::size_t number = 0;
};

// Calls `read` for each line that is not blank. A last line without an end that is not JSON is half
// of one that is being written: noted as skipped.
void for_each_json_line(std::istream& in, const std::string& name, Notes& notes,
                        const std::function<void(const Line&)>& read);

}  // namespace stele::ingest
