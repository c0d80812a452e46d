#include "knowledge/conversations/extract.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

#include "foundation/base/text.hpp"
#include "knowledge/retrieval/lexical.hpp"

namespace stele::conversations {

namespace {

constexpr std::size_t kSentences = 3;
constexpr std::size_t kSentenceBytes = 300;
constexpr std::size_t kFewestTerms = 3;  // of a sentence worth choosing
constexpr std::size_t kMostTerms = 60;   // beyond, it is a list or a log
constexpr std::size_t kMostSentences = 2000;
constexpr std::size_t kKeywords = 7, kFewestKeywords = 3;
constexpr double kKeywordShare = 0.3;  // of the best one's weight
constexpr double kRepetition = 0.7;    // how much likeness to a chosen sentence costs

struct Sentence {
    std::string text;
    std::set<std::string> terms;
    double prior = 1;
};

bool ends_sentence(std::string_view text, std::size_t at) {
    if (text[at] == '\n') return true;
    if (text[at] != '.' && text[at] != '!' && text[at] != '?') return false;
    return at + 1 == text.size() || text[at + 1] == ' ' || text[at + 1] == '\n';
}

// What lies between ``` lines is code, not speech.
std::string without_code(std::string_view text) {
    std::string out;
    bool code = false;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (trim(line).starts_with("```"))
            code = !code;
        else if (!code)
            out.append(line).push_back('\n');
    }
    return out;
}

std::vector<std::string> sentences_of(std::string_view text) {
    std::vector<std::string> out;
    const std::string speech = without_code(text);
    std::size_t start = 0;
    for (std::size_t i = 0; i < speech.size(); ++i) {
        if (!ends_sentence(speech, i)) continue;
        const std::size_t stop = speech[i] == '\n' ? i : i + 1;
        std::string_view sentence = trim(std::string_view(speech).substr(start, stop - start));
        while (!sentence.empty() && std::string_view("-*#>• ").find(sentence[0]) < 8)
            sentence.remove_prefix(1);
        if (!sentence.empty()) out.emplace_back(sentence);
        start = i + 1;
    }
    return out;
}

// Words that tell of a decision or an outcome.
bool decides(std::string_view lower) {
    static constexpr std::array<std::string_view, 18> kCues{
        "decided",  "decision", "agreed",  "let's",     "we will",    "i will",
        "going to", "fixed",    "because", "the cause", "turned out", "instead",
        "must",     "should",   "done",    "works now", "resolved",   "conclusion"};
    return std::ranges::any_of(
        kCues, [&](std::string_view cue) { return lower.find(cue) != std::string_view::npos; });
}

double prior_of(const Said& message, const std::string& sentence, bool first_in_message,
                bool edge_of_conversation) {
    double out = 1;
    if (first_in_message) out *= 1.15;
    if (edge_of_conversation) out *= 1.15;
    if (sentence.ends_with('?')) out *= message.speaker == "user" ? 1.2 : 0.8;
    if (decides(lower_ascii(sentence))) out *= 1.3;
    return out;
}

std::vector<Sentence> read_sentences(std::span<const Said> messages) {
    std::vector<Sentence> out;
    for (std::size_t m = 0; m < messages.size(); ++m) {
        bool first = true;
        for (std::string& text : sentences_of(messages[m].content)) {
            if (out.size() == kMostSentences) return out;
            const std::vector<std::string> terms = retrieval::terms_of(text);
            Sentence sentence;
            sentence.terms = {terms.begin(), terms.end()};
            sentence.prior = prior_of(messages[m], text, first, m == 0 || m + 1 == messages.size());
            // Too short to be a summary's, or no sentence at all: its words count all the same.
            if (sentence.terms.size() < kFewestTerms || terms.size() > kMostTerms)
                sentence.prior = 0.05;
            sentence.text = std::move(text);
            out.push_back(std::move(sentence));
            first = false;
        }
    }
    return out;
}

using Weights = std::unordered_map<std::string, double>;

// How much a term tells about this conversation: often said, but not in every sentence.
Weights weigh(const std::vector<Sentence>& sentences) {
    Weights out;
    for (const Sentence& s : sentences)
        for (const std::string& term : s.terms) out[term] += 1;
    for (auto& [term, weight] : out)
        weight *= retrieval::inverse_document_frequency(double(sentences.size()), weight);
    return out;
}

double weight_of(const Sentence& s, const Weights& weights) {
    double sum = 0;
    for (const std::string& term : s.terms) sum += weights.at(term);
    return s.prior * sum / std::sqrt(double(s.terms.size()) + 4);
}

// Shared weight over all weight: 1 for the same words.
double likeness(const Sentence& a, const Sentence& b, const Weights& weights) {
    double shared = 0, all = 0;
    for (const std::string& term : a.terms) {
        all += weights.at(term);
        if (b.terms.contains(term)) shared += weights.at(term);
    }
    return all > 0 ? shared / all : 1;
}

// The chosen sentences, in the order they were said.
std::vector<std::size_t> choose(const std::vector<Sentence>& sentences, const Weights& weights) {
    std::vector<double> score;
    for (const Sentence& s : sentences) score.push_back(weight_of(s, weights));
    std::vector<double> seen(sentences.size(), 0);
    std::vector<std::size_t> out;
    while (out.size() < std::min(kSentences, sentences.size())) {
        std::size_t best = sentences.size();
        double most = -1;
        for (std::size_t i = 0; i < sentences.size(); ++i) {
            const double value = score[i] * (1 - kRepetition * seen[i]);
            if (seen[i] < 0.9 && value > most) {
                most = value;
                best = i;
            }
        }
        if (best == sentences.size()) break;
        out.push_back(best);
        for (std::size_t i = 0; i < sentences.size(); ++i)
            seen[i] = std::max(seen[i], likeness(sentences[i], sentences[best], weights));
        seen[best] = 1;
    }
    std::ranges::sort(out);
    return out;
}

bool is_word(std::string_view text) {
    return text.size() >= 3 && text.size() <= 40 &&
           std::ranges::any_of(text, [](char c) { return !(c >= '0' && c <= '9'); });
}

// Each term's commonest spelling. Punctuation at the ends does not belong to a word.
std::unordered_map<std::string, std::string> spellings(std::span<const Said> messages) {
    std::unordered_map<std::string, std::map<std::string, int>> counts;
    for (const Said& message : messages) {
        const std::string speech = without_code(message.content);
        std::size_t start = 0;
        for (std::size_t i = 0; i <= speech.size(); ++i) {
            constexpr std::string_view kBetween = " \t\r\n.,;:!?()[]{}<>\"'`*#/\\|=+&~^%@$-";
            if (i < speech.size() && kBetween.find(speech[i]) == std::string_view::npos) continue;
            const std::string_view word = std::string_view(speech).substr(start, i - start);
            start = i + 1;
            if (!is_word(word)) continue;
            const auto terms = retrieval::terms_of(word);
            if (!terms.empty()) ++counts[terms.back()][std::string(word)];
        }
    }
    std::unordered_map<std::string, std::string> out;
    for (const auto& [term, words] : counts)
        out[term] =
            std::ranges::max_element(words, {}, [](const auto& w) { return w.second; })->first;
    return out;
}

// Of words said as often the longer ones tell more.
std::vector<std::string> keywords_of(std::span<const Said> messages, const Weights& weights) {
    std::vector<std::pair<double, std::string>> ranked;
    for (const auto& [term, word] : spellings(messages))
        if (const auto weight = weights.find(term); weight != weights.end())
            ranked.emplace_back(-weight->second * (1 + double(word.size()) / 20), word);
    std::ranges::sort(ranked);  // equal ones by spelling, so that the same text gives the same
    std::vector<std::string> out;
    for (const auto& [weight, word] : ranked) {
        const bool strong = weight <= ranked[0].first * kKeywordShare;
        if (out.size() == kKeywords || (out.size() >= kFewestKeywords && !strong)) break;
        out.push_back(word);
    }
    return out;
}

}  // namespace

Digest extract(std::span<const Said> messages) {
    const std::vector<Sentence> sentences = read_sentences(messages);
    const Weights weights = weigh(sentences);
    Digest out;
    for (const std::size_t i : choose(sentences, weights)) {
        std::string text = excerpt(sentences[i].text, kSentenceBytes);
        if (std::string_view(".!?:").find(text.back()) == std::string_view::npos &&
            !text.ends_with("…"))
            text += '.';
        out.summary += (out.summary.empty() ? "" : " ") + text;
    }
    out.keywords = keywords_of(messages, weights);
    // Nothing but code, or signs: the beginning of what there is.
    if (out.summary.empty() && !messages.empty())
        out.summary = excerpt(messages.front().content, kSentenceBytes);
    return out;
}

}  // namespace stele::conversations
