#include "knowledge/retrieval/relevance.hpp"

#include <algorithm>
#include <numeric>

namespace stele::retrieval {

namespace {

constexpr std::string_view kFittedFor = "all-MiniLM-L6-v2";

// Logistic regressions of "asked where it can be answered"; the floor loses one in fifty of those.
struct Floor {
    float known, words, meaning, around, floor;
    bool passes(const Fit& fit) const {
        return known * fit.known + words * fit.words + meaning * std::max(fit.meaning, 0.0F) +
                   around * std::max(fit.around, 0.0F) >=
               floor;
    }
};
constexpr Floor kByWords{2.43F, 8.85F, 0, 0, 2.48F};
constexpr Floor kByBoth{1.63F, 6.02F, 1.14F, 13.44F, 7.14F};

}  // namespace

Fit fit_of(const CandidateSet& candidates, const std::vector<double>& idf) {
    Fit out;
    const double all = std::accumulate(idf.begin(), idf.end(), 0.0);
    std::vector<char> seen(idf.size());
    double best = 0;
    for (std::size_t i = 0; i < candidates.items.size(); ++i) {
        const Item& item = candidates.items[i];
        if (!item.eligible) continue;
        out.meaning = std::max(out.meaning, item.cosine[kOwn]);
        out.around = std::max({out.around, item.cosine[kOwn], item.cosine[kWindow]});
        double own = 0;
        const auto row = candidates.weights_of(i);
        for (std::size_t t = 0; t < row.size(); ++t)
            if (row[t] > 0) {
                own += idf[t];
                seen[t] = 1;
            }
        best = std::max(best, own);
    }
    if (all <= 0) return out;
    out.asked = true;
    double known = 0;
    for (std::size_t t = 0; t < idf.size(); ++t)
        if (seen[t] != 0) known += idf[t];
    out.known = float(known / all);
    out.words = float(best / all);
    return out;
}

std::optional<bool> is_relevant(const Fit& fit, std::string_view model) {
    if (!fit.asked) return std::nullopt;
    if (model.ends_with(kFittedFor)) return kByBoth.passes(fit);
    const bool by_words = kByWords.passes(fit);
    return by_words || model.empty() ? std::optional(by_words) : std::nullopt;
}

}  // namespace stele::retrieval
