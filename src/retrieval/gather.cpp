#include "retrieval/gather.hpp"

#include <algorithm>
#include <atomic>

namespace stele::retrieval {

std::vector<double> use_rarity(SegmentSearch& segments, Sheet& sheet) {
    sheet.documents = std::max(segments.documents(), 1.0);
    sheet.containing = segments.frequency();
    std::vector<double> idf = term_rarity(sheet);
    segments.score(idf);
    return idf;
}

bool now_and_then() {
    static std::atomic<unsigned> calls = 0;
    return ++calls % 100 == 0;
}

}  // namespace stele::retrieval
