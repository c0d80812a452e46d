// What speaks for an item as the answer to a question: its own words and meaning, and what
// surrounds it in its thread. Pure functions, no database. docs/guides/search.md tells where each
// signal comes from and what it gains.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/clock.hpp"
#include "foundation/base/uuid.hpp"
#include "knowledge/retrieval/kind.hpp"
#include "knowledge/retrieval/question.hpp"

namespace stele::retrieval {

// How an item is ranked: a short turn between people, a turn between a user and an assistant (or a
// long one), a text that stands alone.
enum class Setting : std::uint8_t { dialogue, assistant, document };

// Which text's vector was compared: the item's own, with its two neighbours, of the six messages it
// stands among.
enum Part : std::uint8_t { kOwn, kWindow, kGroup, kParts };

constexpr float kNoVector = -2;  // below every cosine
// From here on a meaning is said to be close: two texts of different matters rarely are.
constexpr float kCloseMeaning = 0.35F;
// A text that the model cannot read has a vector without direction: its distance is no number.
inline float cosine_at(double distance) {
    return std::isnan(distance) ? kNoVector : float(1 - distance);
}

// One item as a search knows it. Its words stand in the candidate set's rows.
struct Item {
    Uuid id;
    Kind kind = Kind::memory;
    Setting setting = Setting::document;
    std::int32_t thread = -1;  // index of its thread, −1: in none
    std::int32_t seq = 0;      // place in the thread
    bool asks = false;         // contains "?"
    bool by_user = false;      // the speaker is the user of an assistant
    bool named = false;        // the speaker is the one participant the question names
    bool eligible = true;      // may be an answer; the others are there as surroundings
    bool pinned = false;
    bool own_scope = false;  // of the caller's own project, not global
    std::int32_t words = 0;
    float similar = 0;         // of letters, 0..1, when no word of the question is known
    float reliability = 0.5F;  // 0 … 1
    Timestamp at;
    std::array<float, kParts> cosine{kNoVector, kNoVector, kNoVector};
    std::string_view text;  // of short items; points into what the caller keeps
};

// The items a search looks at, and what each has of the question's words.
struct CandidateSet {
    std::vector<Item> items;
    std::size_t terms = 0;
    std::vector<float> weights;            // a row of `terms` for each item; 0: it lacks the term
    std::vector<std::uint64_t> pair_hits;  // bit i: it has the question's pair i
    // Over how many documents the terms' rarity was counted, and in how many each stands. Empty
    // `containing`: the candidates is all there is, count there.
    double documents = 0;
    std::vector<double> containing;

    std::span<const float> weights_of(std::size_t i) const {
        return {weights.data() + i * terms, terms};
    }
};

enum Signal : std::uint8_t {
    kTurn,            // BM25 of its own words
    kAround,          // BM25 of its text and its two neighbours' as one
    kLetters,         // BM25 over letters in threes: misspellings, inflections
    kBefore,          // BM25 of the neighbour before
    kAfter,           // … after
    kFurther,         // … two before and two after
    kSession,         // BM25 of the 32 messages it stands among
    kSessionPairs,    // the same over pairs of neighbouring terms
    kAnswers,         // BM25 of the neighbour before when that one asks something
    kAnswersMeaning,  // cosine of the neighbour before when that one asks something
    kSpeaker,         // its speaker is the one the question names
    kAsks,            // it asks something itself
    kOpening,         // among the first two of its thread
    kLength,          // ln of its terms, up to 20
    kTime,            // the question asks when, and it speaks of time
    kDate,            // the question names the month it was said in
    kMeaning,         // cosine of its own text
    kMeaningAround,   // … with its neighbours
    kMeaningGroup,    // … of the six messages it stands among
    kMeaningBefore,   // cosine of the neighbour before with its own neighbours
    kMeaningAfter,    // … of the neighbour after
    kSimilar,         // spelled like the question's words, when none of them is known
    kUser,            // said by the user of an assistant
    kRecency,         // 1 now, one half after 30 days
    kPinned,
    kScope,        // of the caller's own project
    kGraph,        // linked to the best of the others
    kReliability,  // how far it may be believed
    kSignals
};

std::string_view name_of(Signal signal);

using Signals = std::array<float, kSignals>;

// In how many documents each of the question's terms stands: as `containing` says, and what that
// has not counted as the candidates do.
std::vector<double> document_frequency(const CandidateSet& candidates);

// The rarity of the question's terms: counted in the candidates, or as the candidates says.
std::vector<double> term_rarity(const CandidateSet& candidates);

// BM25 of each item's own words.
std::vector<float> word_scores(const CandidateSet& candidates, const std::vector<double>& idf);

// Every item's signals, each divided by the largest in the candidates where it has no natural
// scale.
std::vector<Signals> signals_of(const Question& question, const CandidateSet& candidates,
                                const std::vector<float>& words, Timestamp now);

}  // namespace stele::retrieval
