#include "memory/ranking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "retrieval/lexical.hpp"

namespace stele::memory {

namespace {

constexpr double kHalfLifeDays = 30;
constexpr double kMicrosPerDay = 86'400e6;

double recency(Timestamp created, Timestamp now) {
    const double days = std::max(0.0, double(now.micros - created.micros) / kMicrosPerDay);
    return std::exp2(-days / kHalfLifeDays);
}

double bm25(std::span<const float> weights, const std::vector<double>& idf) {
    double sum = 0;
    for (std::size_t i = 0; i < idf.size(); ++i) sum += idf[i] * double(weights[i]);
    return sum;
}

// A score and the candidate it belongs to: small, so that sorting moves little.
struct Scored {
    double score;
    std::size_t at;
};

double share(double value, double best) {
    return best > 0 ? std::max(value, 0.0) / best : 0;
}

}  // namespace

std::vector<double> term_weights(const Candidates& sample) {
    std::vector<std::size_t> containing(sample.terms);
    for (std::size_t c = 0; c < sample.all.size(); ++c)
        for (std::size_t i = 0; i < sample.terms; ++i)
            containing[i] += sample.weights_of(c)[i] > 0 ? 1 : 0;
    std::vector<double> out;
    for (const std::size_t df : containing)
        out.push_back(retrieval::inverse_document_frequency(double(sample.all.size()), double(df)));
    return out;
}

std::vector<Ranked> rank(const Candidates& sheet, const std::vector<double>& idf,
                         const Weights& weights, Timestamp now, std::size_t limit) {
    const std::vector<Candidate>& candidates = sheet.all;
    std::vector<double> words(candidates.size());
    double best_words = 0, best_cosine = 0;
    bool any_cosine = false, any_similarity = false;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        words[i] = bm25(sheet.weights_of(i), idf);
        best_words = std::max(best_words, words[i]);
        any_cosine = any_cosine || candidates[i].cosine.has_value();
        best_cosine = std::max(best_cosine, candidates[i].cosine.value_or(0));
        any_similarity = any_similarity || candidates[i].similarity > 0;
    }
    const auto signals_of = [&](std::size_t i) {
        const Candidate& c = candidates[i];
        Signals s;
        s.fts = share(words[i], best_words);
        if (any_cosine) s.vector = share(c.cosine.value_or(0), best_cosine);
        if (any_similarity) s.trgm = c.similarity;
        s.recency = recency(c.created, now);
        s.pinned = c.pinned ? 1 : 0;
        s.scope = c.own_scope ? 1 : 0;
        return s;
    };
    const auto score_of = [&](const Signals& s) {
        return weights.fts * *s.fts + weights.vector * s.vector.value_or(0) +
               weights.trgm * s.trgm.value_or(0) + weights.recency * s.recency +
               weights.pinned * s.pinned + weights.scope * s.scope;
    };
    std::vector<Scored> order(candidates.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) order[i] = {score_of(signals_of(i)), i};
    limit = std::min(limit, order.size());
    std::partial_sort(order.begin(), order.begin() + std::ptrdiff_t(limit), order.end(),
                      [&](const Scored& a, const Scored& b) {
                          return a.score != b.score ? a.score > b.score
                                                    : candidates[a.at].id < candidates[b.at].id;
                      });
    std::vector<Ranked> out;
    for (std::size_t i = 0; i < limit; ++i)
        out.push_back({candidates[order[i].at].id, order[i].score, signals_of(order[i].at)});
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
