// A long question: a traceback, a prompt with its question somewhere. It has more different words
// than a search ranks by, so the rarest of all of them count, wherever they stand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/limits.hpp"
#include "foundation/pg/database.hpp"
#include "knowledge/retrieval/lexical.hpp"
#include "knowledge/retrieval/question.hpp"
#include "knowledge/retrieval/segments.hpp"
#include "knowledge/retrieval/signals.hpp"

namespace stele::retrieval {

inline bool is_long(const Question& question) {
    return question.terms.size() > limits::kQueryTerms;
}

// Of a long question so many of the rarest count: what its frames or its background share with many
// texts would add up to more than the two or three words that tell what it is about.
inline constexpr std::size_t kRarest = 32;

// Which terms count, in rising order of place: all, or of a long question the rarest that stand in
// any document. `containing` has one entry a term: in how many documents it stands.
std::vector<std::size_t> rarest(const std::vector<double>& containing);

// The rarity of all terms, none for those that do not count: what a statement orders by.
std::vector<double> rarity_of_rarest(const CandidateSet& candidates);

// Takes all other terms out of the candidate set. Changes nothing while there are few.
void keep_rarest(CandidateSet& candidates);

// The terms that segments are asked for, and how often each term of the question stands there.
struct SegmentTerms {
    std::vector<std::size_t> places;       // of the terms that are asked for
    std::vector<std::int32_t> dimensions;  // of the same
    std::vector<double> containing;        // of all terms; empty: not looked up yet
};
// Of a question that is not long all of them, and no round trip. Of a long one the rarest: its
// terms are looked up limits::kQueryTerms at a time.
SegmentTerms segment_terms(pg::Transaction& tx, SegmentSearch& segments, const Question& question);

// What an answer says of a long question; nothing of others.
std::optional<std::string> left_out(const Question& question, bool text_cut);

}  // namespace stele::retrieval
