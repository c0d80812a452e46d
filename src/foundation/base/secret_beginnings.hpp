// Where in a text something that looks like a secret may begin.
#pragma once

#include <cstddef>
#include <string_view>

namespace stele::secrets {

// Marks that are neither a format's prefix nor a name.
constexpr std::string_view kMarks[] = {"://", "bearer", "basic", "eyj", "-----begin", "?", "&"};

// The next place from `at` on; npos: none. One pass, a table of three characters each.
std::size_t next_beginning(std::string_view text, std::size_t at);

}  // namespace stele::secrets
