// Labels: what a filter asks for (a category, a tag, a scope) as terms beside a text's words.
//
// They stand in an item's lexemes, so segments have for each value which items have it, and a
// search of a large tenant learns by equality alone which items a filter allows. No word is a
// label's name, so no question meets one.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "foundation/pg/params.hpp"

namespace stele::retrieval {

// The dimension of a field's value.
std::int32_t label_of(std::string_view field, std::string_view value);

// The lexemes with these labels.
pg::SparseVector labelled(pg::SparseVector lexemes, const std::vector<std::int32_t>& labels);

// Every labelled document has this one, so segments know whether all of theirs have labels.
std::int32_t label_of_labelled();

// What a filter allows: items that have of each group one label at least.
using LabelGroups = std::vector<std::vector<std::int32_t>>;

}  // namespace stele::retrieval
