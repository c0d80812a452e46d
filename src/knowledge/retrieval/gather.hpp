// How the candidates of a large tenant come together: what every domain's search over segments
// shares.
#pragma once

#include <vector>

#include "knowledge/retrieval/long_query.hpp"
#include "knowledge/retrieval/segments.hpp"
#include "knowledge/retrieval/signals.hpp"
#include "runtime/context.hpp"

namespace stele::retrieval {

// The rarity of the question's words as the segments know it, for them and for the candidate set:
// the unindexed items are a small part. `asked` is what the segments were asked for.
std::vector<double> use_rarity(SegmentSearch& segments, const SegmentTerms& asked,
                               CandidateSet& candidates);

// How far a search goes through the segments' best.
struct Reach {
    std::size_t page;    // ids at once
    int pages;           // at most
    std::size_t enough;  // that passed the caller's filters
};
// For so many answers: at least fifty candidates by words, forty pages to find them in.
Reach reach_for(std::size_t answers);

// The n best of the unindexed items and of the segments' first page, which are scored alike.
std::vector<Uuid> best_of(std::vector<ScoredItem> unindexed, const std::vector<ScoredItem>& page,
                          std::size_t n);

// Goes on page by page when the first one, of `found` ids, had not enough that passed;
// read(ids) says how many of them do.
template <class Read>
void read_more(pg::Transaction& tx, SegmentSearch& segments, const Reach& reach, std::size_t found,
               std::size_t passed, const Read& read) {
    for (int page = 1; page < reach.pages && passed < reach.enough; ++page) {
        if (found < reach.page) return;
        std::vector<Uuid> ids;
        for (const ScoredItem& f : segments.next(tx, reach.page)) ids.push_back(f.id);
        found = ids.size();
        passed += read(ids);
    }
}

// True once in a hundred calls: a large tenant's unindexed items are not counted by those who
// search it, so now and then one of them asks for indexing.
bool sample_rarely();

}  // namespace stele::retrieval
