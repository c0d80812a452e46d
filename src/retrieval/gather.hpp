// How the candidates of a large tenant come together: what every domain's search over segments
// shares.
#pragma once

#include <vector>

#include "api/context.hpp"
#include "retrieval/segments.hpp"
#include "retrieval/signals.hpp"

namespace stele::retrieval {

// Up to so many items their vectors are compared with the question's, one by one.
inline constexpr double kExactVectors = 20'000;

// The rarity of the question's words as the segments know it, for them and for the sheet: the tail
// is a small part.
std::vector<double> use_rarity(SegmentSearch& segments, Sheet& sheet);

// How far a search goes through the segments' best.
struct Reach {
    std::size_t page;    // ids at once
    int pages;           // at most
    std::size_t enough;  // that passed the caller's filters
};

// Reads `ids`, which were found already, with the segments' best by words, page by page, until
// enough have passed; read(ids) says how many did.
template <class Read>
void read_best(pg::Transaction& tx, SegmentSearch& segments, std::vector<Uuid> ids,
               const Reach& reach, const Read& read) {
    std::size_t passed = 0;
    for (int page = 0; page < reach.pages && passed < reach.enough; ++page) {
        const std::vector<Found> found = segments.next(tx, reach.page);
        for (const Found& f : found) ids.push_back(f.id);
        passed += read(ids);
        if (found.size() < reach.page) return;
        ids.clear();
    }
}

// True once in a hundred calls: a large tenant's tail is not counted by those who search it, so now
// and then one of them asks for a fold.
bool now_and_then();

}  // namespace stele::retrieval
