#include "knowledge/retrieval/lexical.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "foundation/base/limits.hpp"

namespace stele::retrieval {

namespace {

constexpr float kSaturation = 2.2f;  // k1 + 1 with k1 = 1.2
constexpr float kFloor = 0.3f;       // k1 · (1 − b) with b = 0.75
constexpr float kPerTerm = 0.03f;    // k1 · b / average length 30

// FNV-1a, 64 bit (http://www.isthe.com/chongo/tech/comp/fnv/).
constexpr std::uint64_t kHashStart = 14695981039346656037ULL;
std::uint64_t hash_on(std::uint64_t hash, std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash;
}

pg::SparseVector weights_of(const std::vector<std::string>& terms) {
    std::unordered_map<std::int32_t, int> counts;
    for (const std::string& term : terms) ++counts[dimension_of(term)];
    const float length = float(terms.size());
    pg::SparseVector out;
    out.entries.reserve(counts.size());
    for (const auto& [dimension, count] : counts) {
        const float tf = float(count);
        out.entries.emplace_back(dimension, tf * kSaturation / (tf + kFloor + kPerTerm * length));
    }
    std::sort(out.entries.begin(), out.entries.end());
    // pgvector holds at most 16,000 entries; 64 KiB of text can have more distinct terms than that.
    if (out.entries.size() > limits::kDocumentTerms) {
        std::nth_element(out.entries.begin(), out.entries.begin() + limits::kDocumentTerms,
                         out.entries.end(),
                         [](const auto& a, const auto& b) { return a.second > b.second; });
        out.entries.resize(limits::kDocumentTerms);
        std::sort(out.entries.begin(), out.entries.end());
    }
    return out;
}

std::vector<std::int32_t> pairs_of(const std::vector<std::string>& terms) {
    std::vector<std::int32_t> out;
    for (std::size_t i = 1; i < terms.size() && out.size() < limits::kDocumentPairs; ++i)
        out.push_back(pair_of(terms[i - 1], terms[i]));
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace

// Folded into sparsevec's range.
std::int32_t dimension_of(std::string_view term) {
    std::uint64_t hash = hash_on(kHashStart, term);
    hash ^= hash >> 32;
    return std::int32_t(hash % 1'000'000'000ULL) + 1;
}

std::int32_t pair_of(std::string_view first, std::string_view second) {
    const std::uint64_t hash = hash_on(hash_on(hash_on(kHashStart, first), " "), second);
    return std::int32_t(std::uint32_t(hash ^ (hash >> 32)));
}

Document analyse(std::string_view text) {
    const std::vector<std::string> terms = terms_of(text);
    return {weights_of(terms), std::int32_t(terms.size()), pairs_of(terms)};
}

pg::SparseVector document_weights(std::string_view text) {
    return weights_of(terms_of(text));
}

double inverse_document_frequency(double documents, double containing) {
    return std::log(1 + (documents - containing + 0.5) / (containing + 0.5));
}

std::vector<std::string> query_terms(std::string_view query) {
    std::vector<std::string> out;
    std::unordered_set<std::string> seen;
    for (std::string& term : terms_of(query))
        if (seen.insert(term).second) out.push_back(std::move(term));
    if (out.size() > limits::kLongQueryTerms)
        out.erase(out.begin() + limits::kLongQueryTerms / 2,
                  out.end() - std::ptrdiff_t(limits::kLongQueryTerms / 2));
    return out;
}

}  // namespace stele::retrieval
