#include "foundation/base/suggest.hpp"

#include <algorithm>
#include <numeric>

namespace stele {

namespace {

// Levenshtein distance with one row of memory; words are short.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replace = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j + 1] + 1, row[j] + 1, replace});
        }
    }
    return row.back();
}

}  // namespace

std::vector<std::string_view> nearest_few(std::string_view word,
                                          std::span<const std::string_view> known,
                                          std::size_t most) {
    const std::size_t limit = std::max<std::size_t>(1, word.size() / 3);
    std::vector<std::pair<std::size_t, std::string_view>> near;
    for (const std::string_view candidate : known) {
        const bool prefix = word.size() >= 3 && candidate.starts_with(word);
        const std::size_t d = prefix ? 1 : distance(word, candidate);
        if (d <= limit) near.emplace_back(d, candidate);
    }
    std::ranges::stable_sort(near, {}, [](const auto& one) { return one.first; });
    std::vector<std::string_view> out;
    for (const auto& [d, candidate] : near)
        if (out.size() < most && std::ranges::find(out, candidate) == out.end())
            out.push_back(candidate);
    return out;
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> known) {
    const auto near = nearest_few(word, known, 1);
    return near.empty() ? std::string_view() : near.front();
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
    const std::string_view best = nearest(word.substr(0, 64), known);
    if (best.empty()) return "";
    return "; did you mean \"" + std::string(best) + "\"?";
}

}  // namespace stele
