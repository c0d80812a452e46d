#include "memory/ranking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace stele::memory {

namespace {

constexpr double kHalfLifeDays = 30;
constexpr double kMicrosPerDay = 86'400e6;

double recency(Timestamp created, Timestamp now) {
    const double days = std::max(0.0, double(now.micros - created.micros) / kMicrosPerDay);
    return std::exp2(-days / kHalfLifeDays);
}

double bm25(const Candidate& candidate, const std::vector<double>& idf) {
    double sum = 0;
    for (std::size_t i = 0; i < idf.size(); ++i) sum += idf[i] * double(candidate.terms[i]);
    return sum;
}

double share(double value, double best) {
    return best > 0 ? std::max(value, 0.0) / best : 0;
}

}  // namespace

double inverse_document_frequency(std::size_t documents, std::size_t containing) {
    const double n = double(documents), df = double(containing);
    return std::log(1 + (n - df + 0.5) / (df + 0.5));
}

std::vector<double> term_weights(const std::vector<Candidate>& sample, std::size_t terms) {
    std::vector<double> out(terms);
    for (std::size_t i = 0; i < terms; ++i) {
        const auto containing = std::count_if(sample.begin(), sample.end(),
                                              [i](const Candidate& c) { return c.terms[i] > 0; });
        out[i] = inverse_document_frequency(sample.size(), std::size_t(containing));
    }
    return out;
}

std::vector<Ranked> rank(const std::vector<Candidate>& candidates, const std::vector<double>& idf,
                         const Weights& weights, Timestamp now, std::size_t limit) {
    std::vector<double> words(candidates.size());
    double best_words = 0, best_cosine = 0;
    bool any_cosine = false, any_similarity = false;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        words[i] = bm25(candidates[i], idf);
        best_words = std::max(best_words, words[i]);
        any_cosine = any_cosine || candidates[i].cosine.has_value();
        best_cosine = std::max(best_cosine, candidates[i].cosine.value_or(0));
        any_similarity = any_similarity || candidates[i].similarity > 0;
    }
    std::vector<Ranked> out(candidates.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Candidate& c = candidates[i];
        Signals& s = out[i].signals;
        s.fts = share(words[i], best_words);
        if (any_cosine) s.vector = share(c.cosine.value_or(0), best_cosine);
        if (any_similarity) s.trgm = c.similarity;
        s.recency = recency(c.created, now);
        s.pinned = c.pinned ? 1 : 0;
        s.scope = c.own_scope ? 1 : 0;
        out[i].id = c.id;
        out[i].score = weights.fts * *s.fts + weights.vector * s.vector.value_or(0) +
                       weights.trgm * s.trgm.value_or(0) + weights.recency * s.recency +
                       weights.pinned * s.pinned + weights.scope * s.scope;
    }
    limit = std::min(limit, out.size());
    std::partial_sort(out.begin(), out.begin() + std::ptrdiff_t(limit), out.end(),
                      [](const Ranked& a, const Ranked& b) {
                          return a.score != b.score ? a.score > b.score : a.id < b.id;
                      });
    out.resize(limit);
    return out;
}

std::string explain(const Signals& s) {
    std::string out;
    const auto add = [&](const std::string& reason) { out += (out.empty() ? "" : ", ") + reason; };
    if (s.fts.value_or(0) > 0) add(fmt::format("matches the words ({:.2f})", *s.fts));
    if (s.vector.value_or(0) > 0.3) add(fmt::format("close in meaning ({:.2f})", *s.vector));
    if (s.trgm.value_or(0) > 0) add(fmt::format("spelled alike ({:.2f})", *s.trgm));
    if (s.pinned > 0) add("pinned");
    if (s.recency > 0.8) add("recent");
    if (s.scope > 0) add("of this project");
    return out.empty() ? "nothing matches better" : out;
}

}  // namespace stele::memory
