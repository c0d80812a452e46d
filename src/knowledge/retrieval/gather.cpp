#include "knowledge/retrieval/gather.hpp"

#include <algorithm>
#include <atomic>
#include <functional>

namespace stele::retrieval {

std::vector<double> use_rarity(SegmentSearch& segments, const SegmentTerms& asked,
                               CandidateSet& candidates) {
    candidates.documents = std::max(segments.documents(), 1.0);
    candidates.containing = asked.containing.empty() ? segments.frequency() : asked.containing;
    std::vector<double> idf = term_rarity(candidates);
    std::vector<double> worth;
    for (const std::size_t place : asked.places) worth.push_back(idf[place]);
    segments.score(worth);
    return idf;
}

Reach reach_for(std::size_t answers) {
    const std::size_t candidates = std::max(answers, std::size_t(50));
    return {.page = candidates, .pages = 40, .enough = candidates};
}

std::vector<Uuid> best_of(std::vector<ScoredItem> unindexed, const std::vector<ScoredItem>& page,
                          std::size_t n) {
    unindexed.insert(unindexed.end(), page.begin(), page.end());
    std::ranges::stable_sort(unindexed, std::ranges::greater{}, &ScoredItem::score);
    std::vector<Uuid> out;
    for (const ScoredItem& found : unindexed)
        if (out.size() < n) out.push_back(found.id);
    return out;
}

bool sample_rarely() {
    static std::atomic<unsigned> calls = 0;
    return ++calls % 100 == 0;
}

}  // namespace stele::retrieval
