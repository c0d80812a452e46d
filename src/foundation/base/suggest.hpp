// "Did you mean": the known word nearest to an unknown one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stele {

// The known word within a third of its length in edits of `word` (nearest first), or "".
std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

// Up to `most` of such words, nearest first.
std::vector<std::string_view> nearest_few(std::string_view word,
                                          std::span<const std::string_view> known,
                                          std::size_t most);

// "; did you mean \"limit\"?", or "" when nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

}  // namespace stele
