#include "knowledge/retrieval/question.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <unordered_set>

#include "foundation/base/text.hpp"
#include "foundation/pg/result.hpp"
#include "knowledge/retrieval/lexical.hpp"

namespace stele::retrieval {

namespace {

constexpr std::size_t kPairs = 64;
constexpr std::array<std::string_view, 12> kMonths{"january",   "february", "march",    "april",
                                                   "may",       "june",     "july",     "august",
                                                   "september", "october",  "november", "december"};

bool is_word_byte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::isalnum(byte) != 0;
}

// The words of a text, in lower case (ASCII), in order.
std::vector<std::string_view> words_of(std::string_view folded) {
    std::vector<std::string_view> out;
    for (std::size_t i = 0; i < folded.size();) {
        if (!is_word_byte(folded[i])) {
            ++i;
            continue;
        }
        const std::size_t start = i;
        while (i < folded.size() && is_word_byte(folded[i])) ++i;
        out.push_back(folded.substr(start, i - start));
    }
    return out;
}

int number(std::string_view word) {
    int out = 0;
    std::size_t digits = 0;
    while (digits < word.size() && word[digits] >= '0' && word[digits] <= '9' && digits < 5)
        out = out * 10 + (word[digits++] - '0');
    const std::string_view rest = word.substr(digits);
    const bool ordinal = rest == "st" || rest == "nd" || rest == "rd" || rest == "th";
    return digits > 0 && (rest.empty() || ordinal) ? out : 0;
}

int month_of(std::string_view word) {
    for (std::size_t m = 0; m < kMonths.size(); ++m)
        if (word == kMonths[m] || (word.size() == 3 && kMonths[m].starts_with(word) && m != 4))
            return int(m) + 1;
    return 0;
}

// "may" is a month only beside a number or after "in", "of" or "last".
bool means_month(const std::vector<std::string_view>& words, std::size_t i, int month) {
    if (month != 5) return true;
    if (i > 0 && (number(words[i - 1]) > 0 || words[i - 1] == "in" || words[i - 1] == "of" ||
                  words[i - 1] == "last" || words[i - 1] == "during"))
        return true;
    return i + 1 < words.size() && number(words[i + 1]) > 0;
}

std::vector<Mention> dates_in(const std::vector<std::string_view>& words) {
    std::vector<Mention> out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const int month = month_of(words[i]);
        if (month == 0 || !means_month(words, i, month)) continue;
        Mention mention{month, 0, 0};
        const auto take = [&](std::size_t at) {
            const int n = at < words.size() ? number(words[at]) : 0;
            if (n >= 1 && n <= 31 && mention.day == 0) mention.day = n;
            if (n >= 1900 && n <= 2200 && mention.year == 0) mention.year = n;
        };
        if (i > 0) take(i - 1);
        take(i + 1);
        take(i + 2);
        out.push_back(mention);
    }
    return out;
}

bool asks_when(const std::vector<std::string_view>& words) {
    if (words.empty()) return false;
    if (words[0] == "when") return true;
    const auto second = words.size() > 1 ? words[1] : std::string_view();
    if (words[0] == "how")
        return second == "long" || second == "often" || second == "recently" || second == "old";
    if (words[0] == "since" || words[0] == "until" || words[0] == "till") return second == "when";
    constexpr std::array<std::string_view, 8> kTimes{"date",  "day",  "time", "year",
                                                     "month", "week", "hour", "season"};
    const bool of_which = words[0] == "what" || words[0] == "which" || words[0] == "in" ||
                          words[0] == "on" || words[0] == "at";
    if (!of_which) return false;
    for (std::size_t i = 1; i < std::min<std::size_t>(words.size(), 4); ++i)
        if (std::ranges::find(kTimes, words[i]) != kTimes.end()) return true;
    return false;
}

// Where a name stands in the question as a word of its own, and where it ends ("'s" included).
std::optional<std::pair<std::size_t, std::size_t>> find_name(std::string_view folded,
                                                             std::string_view name) {
    for (std::size_t at = folded.find(name); at != std::string_view::npos;
         at = folded.find(name, at + 1)) {
        std::size_t end = at + name.size();
        if (at > 0 && is_word_byte(folded[at - 1])) continue;
        if (end < folded.size() && is_word_byte(folded[end])) continue;
        for (const std::string_view possessive : {"'s", "\xE2\x80\x99s"})
            if (folded.substr(end).starts_with(possessive)) {
                end += possessive.size();
                break;
            }
        return std::pair{at, end};
    }
    return std::nullopt;
}

void fill_words(Question& q, std::string_view text) {
    const std::vector<std::string> all = terms_of(text);
    q.terms = query_terms(text);
    for (std::size_t i = 0; i < q.terms.size(); ++i)
        q.by_dimension.push_back({dimension_of(q.terms[i]), i});
    std::ranges::sort(q.by_dimension, {}, &Term::dimension);
    for (std::size_t i = 1; i < all.size(); ++i) q.pairs.push_back(pair_of(all[i - 1], all[i]));
    std::ranges::sort(q.pairs);
    q.pairs.erase(std::unique(q.pairs.begin(), q.pairs.end()), q.pairs.end());
    if (q.pairs.size() > kPairs) q.pairs.resize(kPairs);
}

void fill_grams(Question& q, std::string_view folded) {
    for (const std::string_view word : words_of(folded))
        if (!is_stop_word(word))
            for_each_gram(word, [&](std::uint32_t gram) { q.grams.push_back(gram); });
    std::ranges::sort(q.grams);
    q.grams.erase(std::unique(q.grams.begin(), q.grams.end()), q.grams.end());
    if (q.grams.size() > 255) q.grams.resize(255);
}

}  // namespace

bool speaks_of_time(std::string_view text) {
    static const std::unordered_set<std::string_view> kWords{
        "yesterday", "today",    "tomorrow", "tonight",  "ago",       "week",      "weeks",
        "weekend",   "month",    "months",   "year",     "years",     "monday",    "tuesday",
        "wednesday", "thursday", "friday",   "saturday", "sunday",    "january",   "february",
        "march",     "april",    "june",     "july",     "august",    "september", "october",
        "november",  "december", "morning",  "evening",  "night",     "recently",  "soon",
        "summer",    "winter",   "spring",   "autumn",   "christmas", "birthday",  "day",
        "days",      "hours",    "since",    "last",     "next",      "while",     "until"};
    std::string word;
    for (const char c : text) {
        if (c >= '0' && c <= '9') return true;
        if (is_word_byte(c)) {
            word += lower_ascii(c);
            continue;
        }
        if (kWords.contains(word)) return true;
        word.clear();
    }
    return kWords.contains(word);
}

std::vector<std::int32_t> dimensions_of(const Question& question) {
    std::vector<std::int32_t> out(question.terms.size());
    for (const Term& term : question.by_dimension) out[term.at] = term.dimension;
    return out;
}

pg::SparseVector weighted(const Question& question, const std::vector<double>& idf) {
    pg::SparseVector out;
    for (const Term& term : question.by_dimension)
        if (idf[term.at] > 0) out.entries.emplace_back(term.dimension, float(idf[term.at]));
    return out;
}

void read_weights(std::string_view lexemes, const std::vector<Term>& terms, float* weights) {
    auto term = terms.begin();
    pg::for_each_sparse(lexemes, [&](std::int32_t dimension, float weight) {
        while (term != terms.end() && term->dimension < dimension) ++term;
        for (; term != terms.end() && term->dimension == dimension; ++term)
            weights[term->at] = weight;
    });
}

Question parse_query(std::string_view text, std::span<const std::string> participants) {
    Question q;
    const std::string folded = lower_ascii(text);
    const std::vector<std::string_view> words = words_of(folded);
    q.asks_when = asks_when(words);
    q.dates = dates_in(words);
    q.text = text;
    std::string left = folded;
    for (const std::string& participant : participants) {
        const std::string name = lower_ascii(participant);
        if (name.size() < 2) continue;
        bool found = false;
        while (const auto at = find_name(left, name)) {
            left.replace(at->first, at->second - at->first, at->second - at->first, ' ');
            q.text.replace(at->first, at->second - at->first, at->second - at->first, ' ');
            found = true;
        }
        if (found) q.named.push_back(participant);
    }
    if (query_terms(left).empty()) {
        q.text = text;
        left = folded;
    }
    fill_words(q, q.text);
    fill_grams(q, left);
    return q;
}

}  // namespace stele::retrieval
