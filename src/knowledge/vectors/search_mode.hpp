// What a search ranks by.
#pragma once

#include <array>

#include "foundation/base/reflect.hpp"

namespace stele::vectors {

// Which arms rank. Words and meanings together find most; one alone is for comparing.
enum class SearchMode { hybrid, lexical, semantic };

}  // namespace stele::vectors

namespace stele::reflect {

template <>
struct EnumNames<vectors::SearchMode> {
    static constexpr std::array<std::pair<vectors::SearchMode, std::string_view>, 3> values{
        {{vectors::SearchMode::hybrid, "hybrid"},
         {vectors::SearchMode::lexical, "lexical"},
         {vectors::SearchMode::semantic, "semantic"}}};
};

}  // namespace stele::reflect
