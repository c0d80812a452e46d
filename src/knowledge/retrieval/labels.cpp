#include "knowledge/retrieval/labels.hpp"

#include <algorithm>
#include <string>

#include "knowledge/retrieval/lexical.hpp"

namespace stele::retrieval {

namespace {

// Of every label: filters ask whether it is there, and no question weighs it.
constexpr float kWeight = 1;
// Words have no control characters.
constexpr char kMark = '\x1f';

}  // namespace

std::int32_t label_of(std::string_view field, std::string_view value) {
    std::string name(1, kMark);
    name.append(field).push_back(kMark);
    return dimension_of(name.append(value));
}

std::int32_t label_of_labelled() {
    return label_of("labelled", "");
}

pg::SparseVector labelled(pg::SparseVector lexemes, const std::vector<std::int32_t>& labels) {
    lexemes.entries.emplace_back(label_of_labelled(), kWeight);
    for (const std::int32_t label : labels) lexemes.entries.emplace_back(label, kWeight);
    std::ranges::sort(lexemes.entries);
    const auto same =
        std::ranges::unique(lexemes.entries, {}, &std::pair<std::int32_t, float>::first);
    lexemes.entries.erase(same.begin(), same.end());
    return lexemes;
}

}  // namespace stele::retrieval
