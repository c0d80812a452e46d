// Bytes of a file that is said to be text, as UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace stele::ingest {

struct Decoded {
    std::string text;    // valid UTF-8 without byte order mark and NUL
    std::string change;  // what was changed but for the mark; "" when nothing was
};

// UTF-8 is kept, with U+FFFD for NUL and for single damaged bytes; UTF-16 (by its mark, or by the
// zeros that Latin letters have in it) and Windows-1252, of which Latin-1 is a part, are converted.
// Throws Error(invalid_argument) for binary data and for encodings that cannot be told apart
// (Shift-JIS, GBK, …).
Decoded decode(std::string bytes);

// How a note says that characters were replaced.
std::string replacements(std::size_t count);

// So many first bytes tell what a file is.
inline constexpr std::size_t kSample = 4096;

// Whether these first bytes are those of a text in UTF-16.
bool looks_like_utf16(std::string_view bytes);

}  // namespace stele::ingest
