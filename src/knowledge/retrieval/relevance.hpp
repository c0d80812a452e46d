// Whether anything that a search found fits its question: "nothing fits" is an answer.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "knowledge/retrieval/signals.hpp"

namespace stele::retrieval {

// What the best of the candidates have in common with the question, each from 0 to 1.
struct Fit {
    bool asked = false;  // the question has words to look for
    float known = 0;     // of the question's words, weighed by rarity, the part that some item has
    float words = 0;     // … that one item has
    float meaning = 0;   // the highest cosine of an item's own text
    float around = 0;    // … or of its text with its neighbours
};
// Of the items that may be an answer. Linear in the candidate set.
Fit fit_of(const CandidateSet& candidates, const std::vector<double>& idf);

// False: nothing seems to answer the question. Absent: not known, for there are no words to look
// for, or few of them match and the cosines are of a model that the floor was not fitted for. The
// floor was fitted on questions of one group of a development set that were asked in another
// (docs/guides/search.md has the figures). `model`: of the question's vector; empty: it has none.
std::optional<bool> is_relevant(const Fit& fit, std::string_view model);

// Of two sorts of items searched with one question.
inline std::optional<bool> either(std::optional<bool> a, std::optional<bool> b) {
    if (a.value_or(false) || b.value_or(false)) return true;
    return a && b ? std::optional(false) : std::nullopt;
}

}  // namespace stele::retrieval
