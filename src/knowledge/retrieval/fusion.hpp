// From signals to one order: a weighted sum. It beats reciprocal rank fusion by far on the public
// sets (docs/guides/search.md); the weights were fitted there by bench/fit.py.
#pragma once

#include <string>
#include <vector>

#include "knowledge/retrieval/signals.hpp"

namespace stele::retrieval {

using Weights = std::array<float, kSignals>;

// How much each signal counts for an item of this setting, with and without vectors.
const Weights& weights_for(Setting setting, bool vectors);

float score_of(const Weights& weights, const Signals& signals);

struct Ranked {
    std::size_t item = 0;  // index into the candidate set
    float score = 0;
    Signals signals{};
};

// The best `limit` of the eligible items, highest score first, ties by id.
std::vector<Ranked> fuse(const CandidateSet& candidates, const std::vector<Signals>& signals,
                         bool vectors, std::size_t limit);

// Adds a signal that is known only now to one of the best; the caller puts them in order anew.
void add_signal(Ranked& ranked, const Item& item, Signal signal, float value, bool vectors);
// Adds a signal that is known for the best alone, one number for each, and puts them in order anew.
void add_signal(std::vector<Ranked>& ranked, const CandidateSet& candidates, Signal signal,
                const std::vector<float>& values, bool vectors);

// Why it was found, as what follows "because": "its words match (0.83), its meaning is close
// (0.71)".
std::string explain(const Item& item, const Signals& signals);

}  // namespace stele::retrieval
