// What a memory is found by beside its words, as labels of its lexemes: category, type, source,
// scope and tags.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/pg/params.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/retrieval/labels.hpp"

namespace stele::memory {

// Of so many that a filter's labels allow, all rows are read; of more the best, or those that a
// walk from the newest on meets.
inline constexpr std::size_t kFewAllowed = 500;

struct Labelled {
    const std::string &category, &type, &source, &scope;
    const std::vector<std::string>& tags;
};
std::vector<std::int32_t> labels_of(const Labelled& labelled);
// The words of a text and these labels: what stands in the column lexemes.
pg::SparseVector lexemes_of(const std::string& content, const Labelled& labelled);

// What a filter asks of the labels. Times, metadata and validity have none: rows are asked.
retrieval::LabelGroups groups_of(const FilterParams& filter);

}  // namespace stele::memory
