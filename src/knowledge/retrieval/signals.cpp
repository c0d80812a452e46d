#include "knowledge/retrieval/signals.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "foundation/base/limits.hpp"
#include "knowledge/retrieval/lexical.hpp"

namespace stele::retrieval {

namespace {

constexpr double kHalfLifeDays = 30;
constexpr double kMicrosPerDay = 86'400e6;
constexpr std::int32_t kBlock = 64;    // messages of a session that are taken together
constexpr double kBlockMessages = 20;  // of them, on average: for the rarity within sessions
constexpr float kSaturation = 2.2F;    // the constants of lexical.hpp
constexpr float kFloor = 0.3F;
constexpr float kPerTerm = 0.03F;

// In how many of the candidate set's items each term stands.
std::vector<double> count_terms(const CandidateSet& candidates) {
    std::vector<double> out(candidates.terms);
    for (std::size_t i = 0; i < candidates.items.size(); ++i) {
        const auto row = candidates.weights_of(i);
        for (std::size_t t = 0; t < row.size(); ++t) out[t] += row[t] > 0 ? 1 : 0;
    }
    return out;
}

// How often a term occurs, back from its final weight.
float count_of(float weight, std::int32_t words) {
    if (weight <= 0) return 0;
    const float room = std::max(kSaturation - weight, 1e-3F);
    return weight * (kFloor + kPerTerm * float(words)) / room;
}

// Rarity among texts made of `parts` documents each.
double merged_rarity(double documents, double containing, double parts) {
    if (documents <= 0) return 0;
    const double merged = std::max(documents / parts, 1.0);
    const double share = 1 - std::pow(1 - std::min(containing / documents, 1.0), parts);
    return inverse_document_frequency(merged, std::min(share * merged, merged));
}

std::uint64_t place(std::int32_t thread, std::int32_t seq) {
    return std::uint64_t(std::uint32_t(thread)) << 32 | std::uint32_t(seq);
}

// Finds an item by its place in a thread.
class Neighbours {
  public:
    explicit Neighbours(const CandidateSet& candidates) {
        at_.reserve(candidates.items.size());
        for (std::size_t i = 0; i < candidates.items.size(); ++i)
            if (candidates.items[i].thread >= 0)
                at_.emplace(place(candidates.items[i].thread, candidates.items[i].seq), i);
    }
    // −1: there is none.
    std::ptrdiff_t beside(const Item& item, std::int32_t distance) const {
        if (item.thread < 0) return -1;
        const auto found = at_.find(place(item.thread, item.seq + distance));
        return found == at_.end() ? -1 : std::ptrdiff_t(found->second);
    }

  private:
    std::unordered_map<std::uint64_t, std::size_t> at_;
};

// BM25 of several documents taken as one, whose usual length is `average`.
struct Merged {
    std::vector<float> counts;
    std::uint64_t pairs = 0;
    std::int32_t words = 0;
    std::int32_t members = 0;

    explicit Merged(std::size_t terms) : counts(terms) {}
    void add(const CandidateSet& candidates, std::size_t i) {
        const auto row = candidates.weights_of(i);
        for (std::size_t t = 0; t < row.size(); ++t)
            counts[t] += count_of(row[t], candidates.items[i].words);
        if (!candidates.pair_hits.empty()) pairs |= candidates.pair_hits[i];
        words += candidates.items[i].words;
        ++members;
    }
    float score(const std::vector<double>& idf, double average) const {
        const double floor = 1.2 * (0.25 + 0.75 * double(words) / std::max(average, 1.0));
        double sum = 0;
        for (std::size_t t = 0; t < counts.size(); ++t)
            sum += idf[t] * double(counts[t]) * 2.2 / (double(counts[t]) + floor);
        return float(sum);
    }
};

float recency(Timestamp at, Timestamp now) {
    const double days = std::max(0.0, double(now.micros - at.micros) / kMicrosPerDay);
    return float(std::exp2(-days / kHalfLifeDays));
}

float date_score(const Question& q, Timestamp at) {
    using namespace std::chrono;
    if (q.dates.empty()) return 0;
    const year_month_day day(floor<days>(sys_time<microseconds>(microseconds(at.micros))));
    float best = 0;
    for (const Mention& m : q.dates) {
        if (unsigned(m.month) != unsigned(day.month())) continue;
        const bool other_year = m.year != 0 && m.year != int(day.year());
        float score = other_year ? 0.3F : 1.0F;
        if (!other_year && m.day != 0 && unsigned(m.day) == unsigned(day.day())) score += 1;
        best = std::max(best, score);
    }
    return best;
}

// Divides a signal by its largest value, if that is above nothing.
void normalise(std::vector<Signals>& rows, Signal signal, float best) {
    if (best <= 0) return;
    for (Signals& row : rows) row[signal] = std::max(row[signal], 0.0F) / best;
}

void normalise(std::vector<Signals>& rows, Signal signal) {
    float best = 0;
    for (const Signals& row : rows) best = std::max(best, row[signal]);
    normalise(rows, signal, best);
}

// BM25 over letters in threes.
void letters(const Question& q, const CandidateSet& candidates, std::vector<Signals>& out) {
    const std::size_t grams = q.grams.size();
    if (grams == 0) return;
    // A small open table instead of a search: every letter of every text passes here.
    constexpr std::size_t kSlots = 1024;
    std::array<std::uint8_t, kSlots> slots{};  // 1 + index of the gram
    const auto slot_of = [](std::uint32_t gram) { return (gram * 2654435761U) >> 22; };
    for (std::size_t g = 0; g < grams; ++g) {
        std::size_t slot = slot_of(q.grams[g]);
        while (slots[slot] != 0) slot = (slot + 1) % kSlots;
        slots[slot] = std::uint8_t(g + 1);
    }
    std::vector<float> counts(candidates.items.size() * grams);
    std::vector<double> containing(grams), lengths(candidates.items.size());
    double documents = 0, total = 0;
    for (std::size_t c = 0; c < candidates.items.size(); ++c) {
        const Item& item = candidates.items[c];
        if (item.text.empty()) continue;
        float* row = counts.data() + c * grams;
        for_each_gram(item.text, [&](std::uint32_t gram) {
            ++lengths[c];
            for (std::size_t slot = slot_of(gram); slots[slot] != 0; slot = (slot + 1) % kSlots)
                if (q.grams[slots[slot] - 1U] == gram) {
                    ++row[slots[slot] - 1U];
                    break;
                }
        });
        ++documents;
        total += lengths[c];
        for (std::size_t g = 0; g < grams; ++g) containing[g] += row[g] > 0 ? 1 : 0;
    }
    const double average = documents > 0 ? std::max(total / documents, 1.0) : 1;
    for (std::size_t c = 0; c < candidates.items.size(); ++c) {
        if (candidates.items[c].text.empty()) continue;
        const double floor = 1.2 * (0.25 + 0.75 * lengths[c] / average);
        double sum = 0;
        for (std::size_t g = 0; g < grams; ++g) {
            const double tf = double(counts[c * grams + g]);
            if (tf > 0)
                sum +=
                    inverse_document_frequency(documents, containing[g]) * tf * 2.2 / (tf + floor);
        }
        out[c][kLetters] = float(sum);
    }
}

// What the messages around say. Blocks of a thread's messages stand for its sessions.
class Surroundings {
  public:
    Surroundings(const CandidateSet& candidates, const std::vector<float>& words)
        : candidates_(candidates), words_(words), neighbours_(candidates) {
        const double documents =
            candidates.containing.empty() ? double(candidates.items.size()) : candidates.documents;
        const std::vector<double> containing =
            candidates.containing.empty() ? count_terms(candidates) : candidates.containing;
        for (const double df : containing) {
            window_idf_.push_back(merged_rarity(documents, df, 3));
            block_idf_.push_back(merged_rarity(documents, df, kBlockMessages));
        }
        gather_blocks();
    }

    // Whether any item stands in a thread: else there is nothing around.
    static bool any(const CandidateSet& candidates) {
        return std::ranges::any_of(candidates.items,
                                   [](const Item& item) { return item.thread >= 0; });
    }

    void fill(std::size_t i, Signals& out) const {
        const Item& item = candidates_.items[i];
        if (item.thread < 0) return;
        const auto words_at = [&](std::int32_t distance) {
            const auto n = neighbours_.beside(item, distance);
            return n < 0 ? 0.0F : words_[std::size_t(n)];
        };
        out[kBefore] = words_at(-1);
        out[kAfter] = words_at(1);
        out[kFurther] = words_at(-2) + words_at(2);
        const auto before = neighbours_.beside(item, -1);
        if (before >= 0 && candidates_.items[std::size_t(before)].asks) {
            out[kAnswers] = out[kBefore];
            out[kAnswersMeaning] =
                std::max(candidates_.items[std::size_t(before)].cosine[kOwn], 0.0F);
        }
        out[kAround] = around(i);
        // At the ends of a thread its own surroundings stand in.
        const auto meaning_at = [&](std::int32_t distance) {
            const auto n = neighbours_.beside(item, distance);
            const float there =
                n < 0 ? kNoVector : candidates_.items[std::size_t(n)].cosine[kWindow];
            return std::max(there > kNoVector ? there : item.cosine[kWindow], 0.0F);
        };
        out[kMeaningBefore] = meaning_at(-1);
        out[kMeaningAfter] = meaning_at(1);
        const auto block = blocks_.find(block_of(item));
        if (block == blocks_.end()) return;
        out[kSession] = block->second.score(block_idf_, average_block_);
        out[kSessionPairs] = pair_score(block->second);
    }

  private:
    static std::uint64_t block_of(const Item& item) {
        return place(item.thread, (item.seq - 1) / kBlock);
    }

    void gather_blocks() {
        for (std::size_t i = 0; i < candidates_.items.size(); ++i) {
            const Item& item = candidates_.items[i];
            if (item.thread < 0) continue;
            blocks_.try_emplace(block_of(item), candidates_.terms)
                .first->second.add(candidates_, i);
        }
        double words = 0;
        std::array<double, 64> containing{};
        for (const auto& [key, block] : blocks_) {
            words += block.words;
            for (std::uint64_t left = block.pairs; left != 0; left &= left - 1)
                ++containing[std::size_t(std::countr_zero(left))];
        }
        average_block_ = blocks_.empty() ? 1 : words / double(blocks_.size());
        for (std::size_t p = 0; p < 64; ++p)
            pair_idf_[p] = inverse_document_frequency(double(blocks_.size()), containing[p]);
    }

    float around(std::size_t i) const {
        Merged window(candidates_.terms);
        window.add(candidates_, i);
        for (const std::int32_t distance : {-1, 1}) {
            const auto n = neighbours_.beside(candidates_.items[i], distance);
            if (n >= 0) window.add(candidates_, std::size_t(n));
        }
        return window.score(window_idf_, 90);
    }

    float pair_score(const Merged& block) const {
        double sum = 0;
        for (std::uint64_t left = block.pairs; left != 0; left &= left - 1)
            sum += pair_idf_[std::size_t(std::countr_zero(left))];
        return float(sum);
    }

    const CandidateSet& candidates_;
    const std::vector<float>& words_;
    Neighbours neighbours_;
    std::vector<double> window_idf_, block_idf_;
    std::unordered_map<std::uint64_t, Merged> blocks_;
    double average_block_ = 1;
    std::array<double, 64> pair_idf_{};
};

// What an item shows by itself, without the words.
Signals own_signals(const Question& question, const Item& item, Timestamp now) {
    Signals s{};
    s[kSpeaker] = item.named ? 1 : 0;
    s[kAsks] = item.asks ? 1 : 0;
    s[kOpening] = item.thread >= 0 && item.seq <= 2 ? 1 : 0;
    const float length = std::log1p(float(item.words));
    s[kLength] = std::min(length, std::log(21.0F));
    s[kTime] = question.asks_when && speaks_of_time(item.text) ? 1 : 0;
    s[kDate] = date_score(question, item.at);
    s[kMeaning] = std::max(item.cosine[kOwn], 0.0F);
    s[kMeaningAround] = std::max(item.cosine[kWindow], 0.0F);
    s[kMeaningGroup] = std::max(item.cosine[kGroup], 0.0F);
    if (s[kMeaningAround] == 0) s[kMeaningAround] = s[kMeaning];
    if (s[kMeaningGroup] == 0) s[kMeaningGroup] = s[kMeaningAround];
    s[kSimilar] = item.similar;
    s[kUser] = item.by_user ? 1 : 0;
    s[kRecency] = recency(item.at, now);
    s[kPinned] = item.pinned ? 1 : 0;
    s[kScope] = item.own_scope ? 1 : 0;
    s[kReliability] = item.reliability;
    return s;
}

// A signal that does not apply to an item's setting takes the value of the one it refines, or none.
void gate(const Item& item, Signals& s) {
    if (item.setting == Setting::dialogue) return;
    for (const Signal off : {kBefore, kAfter, kFurther, kSession, kAnswers, kAnswersMeaning,
                             kMeaningBefore, kMeaningAfter, kAsks, kOpening, kSpeaker})
        s[off] = 0;
    s[kAround] = s[kLetters] = s[kTurn];
    s[kMeaningAround] = s[kMeaningGroup] = s[kMeaning];
    if (item.setting == Setting::assistant) return;
    for (const Signal off : {kSessionPairs, kLength, kUser, kTime}) s[off] = 0;
}

// The vector of a long question says what it looks like (a traceback, a log), less what it is
// about.
void damp_meaning(Signals& s) {
    constexpr float kOfALongQuestion = 0.3F;
    for (const Signal meaning :
         {kMeaning, kMeaningAround, kMeaningGroup, kAnswersMeaning, kMeaningBefore, kMeaningAfter})
        s[meaning] *= kOfALongQuestion;
}

}  // namespace

std::string_view name_of(Signal signal) {
    constexpr std::array<std::string_view, kSignals> kNames{
        "turn",         "around",  "letters",       "before",       "after",
        "further",      "session", "pairs",         "answers",      "answersMeaning",
        "speaker",      "asks",    "opening",       "length",       "time",
        "date",         "meaning", "meaningAround", "meaningGroup", "meaningBefore",
        "meaningAfter", "similar", "user",          "recency",      "pinned",
        "scope",        "graph",   "reliability"};
    return kNames[signal];
}

std::vector<double> document_frequency(const CandidateSet& candidates) {
    std::vector<double> out = count_terms(candidates);
    for (std::size_t t = 0; t < candidates.containing.size(); ++t)
        if (candidates.containing[t] > 0) out[t] = candidates.containing[t];
    return out;
}

std::vector<double> term_rarity(const CandidateSet& candidates) {
    const bool counted = !candidates.containing.empty();
    const std::vector<double> containing =
        counted ? candidates.containing : count_terms(candidates);
    const double documents = counted ? candidates.documents : double(candidates.items.size());
    std::vector<double> out;
    for (const double df : containing) out.push_back(inverse_document_frequency(documents, df));
    return out;
}

std::vector<float> word_scores(const CandidateSet& candidates, const std::vector<double>& idf) {
    std::vector<float> out(candidates.items.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto row = candidates.weights_of(i);
        double sum = 0;
        for (std::size_t t = 0; t < row.size(); ++t) sum += idf[t] * double(row[t]);
        out[i] = float(sum);
    }
    return out;
}

std::vector<Signals> signals_of(const Question& question, const CandidateSet& candidates,
                                const std::vector<float>& words, Timestamp now) {
    std::vector<Signals> out(candidates.items.size());
    std::optional<Surroundings> surroundings;
    if (Surroundings::any(candidates)) surroundings.emplace(candidates, words);
    float best_words = 0;
    for (const float score : words) best_words = std::max(best_words, score);
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = own_signals(question, candidates.items[i], now);
        out[i][kTurn] = words[i];
        if (surroundings) surroundings->fill(i, out[i]);
    }
    letters(question, candidates, out);
    for (const Signal signal : {kTurn, kBefore, kAfter, kFurther, kAnswers})
        normalise(out, signal, best_words);
    for (const Signal signal :
         {kAround, kLetters, kSession, kSessionPairs, kMeaning, kMeaningAround, kMeaningGroup,
          kAnswersMeaning, kMeaningBefore, kMeaningAfter})
        normalise(out, signal);
    for (std::size_t i = 0; i < out.size(); ++i) {
        gate(candidates.items[i], out[i]);
        if (question.terms.size() > limits::kQueryTerms) damp_meaning(out[i]);
    }
    return out;
}

}  // namespace stele::retrieval
