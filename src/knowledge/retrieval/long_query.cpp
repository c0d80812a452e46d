#include "knowledge/retrieval/long_query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <span>

#include "foundation/base/limits.hpp"

namespace stele::retrieval {

std::vector<std::size_t> rarest(const std::vector<double>& containing) {
    std::vector<std::size_t> out(containing.size());
    std::iota(out.begin(), out.end(), 0);
    if (out.size() <= limits::kQueryTerms) return out;
    std::erase_if(out, [&](std::size_t term) { return containing[term] <= 0; });
    std::ranges::stable_sort(out, {}, [&](std::size_t term) { return containing[term]; });
    if (out.size() > kRarest) out.resize(kRarest);
    std::ranges::sort(out);
    return out;
}

std::vector<double> rarity_of_rarest(const CandidateSet& candidates) {
    const std::vector<double> idf = term_rarity(candidates);
    std::vector<double> out(idf.size());
    for (const std::size_t place : rarest(document_frequency(candidates))) out[place] = idf[place];
    return out;
}

void keep_rarest(CandidateSet& candidates) {
    if (candidates.terms <= limits::kQueryTerms) return;
    // What no segment knows may stand in what is not indexed yet.
    std::vector<double> containing = document_frequency(candidates);
    const std::vector<std::size_t> kept = rarest(containing);
    std::vector<float> weights(candidates.items.size() * kept.size());
    for (std::size_t i = 0; i < candidates.items.size(); ++i)
        for (std::size_t k = 0; k < kept.size(); ++k)
            weights[i * kept.size() + k] = candidates.weights[i * candidates.terms + kept[k]];
    candidates.weights = std::move(weights);
    candidates.terms = kept.size();
    if (candidates.containing.empty()) return;
    candidates.containing.clear();
    for (const std::size_t term : kept) candidates.containing.push_back(containing[term]);
}

SegmentTerms segment_terms(pg::Transaction& tx, SegmentSearch& segments, const Question& question) {
    SegmentTerms out;
    out.dimensions = dimensions_of(question);
    if (is_long(question)) {
        const std::span all(out.dimensions);
        for (std::size_t at = 0; at < all.size(); at += limits::kQueryTerms) {
            const auto some = all.subspan(at, std::min(limits::kQueryTerms, all.size() - at));
            segments.take_postings(std::move(
                tx.pipeline([&](pg::Pipeline& p) { segments.ask_postings(p, some); })[0]));
            const auto& found = segments.frequency();
            out.containing.insert(out.containing.end(), found.begin(), found.end());
        }
    }
    out.places =
        rarest(is_long(question) ? out.containing : std::vector<double>(out.dimensions.size()));
    std::vector<std::int32_t> asked;
    for (const std::size_t place : out.places) asked.push_back(out.dimensions[place]);
    out.dimensions = std::move(asked);
    return out;
}

std::optional<std::string> left_out(const Question& question, bool text_cut) {
    std::string out;
    if (is_long(question))
        out = fmt::format(
            "the question has {}{} different words: of those that are known here the {} rarest "
            "count",
            question.terms.size() < limits::kLongQueryTerms ? "" : "more than ",
            question.terms.size(), kRarest);
    if (text_cut) {
        if (!out.empty()) out += "; ";
        out += "the model reads its beginning and its end";
    }
    if (out.empty()) return std::nullopt;
    return out;
}

}  // namespace stele::retrieval
