// What can be found.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace stele::retrieval {

// Items of each are indexed and searched apart.
enum class Kind : std::uint8_t { memory, message, summary };
std::string_view name_of(Kind kind);
std::optional<Kind> kind_of(std::string_view name);

}  // namespace stele::retrieval
