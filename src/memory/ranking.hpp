// Ranking: from the raw numbers of the arms to one order. Pure functions, no database.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "memory/types.hpp"

namespace stele::memory {

// One visible memory as an arm saw it.
struct Candidate {
    Uuid id;
    std::optional<double> cosine;  // of the query's and the memory's vectors, −1..1
    double similarity = 0;         // of letters, 0..1; from the similarity arm
    Timestamp created;
    bool pinned = false;
    bool own_scope = false;  // stored in the caller's own project, not in global
};

// What the arms brought, in one block of memory: a search reads a hundred of them or more.
struct Candidates {
    std::vector<Candidate> all;
    std::size_t terms = 0;       // distinct terms of the query
    std::vector<float> weights;  // a row of `terms` for each candidate

    // The stored weight of each of the query's terms in candidate i, 0 where it lacks the term.
    std::span<const float> weights_of(std::size_t i) const {
        return {weights.data() + i * terms, terms};
    }
};

struct Ranked {
    Uuid id;
    double score = 0;
    Signals signals;
};

// How much each max-normalised signal counts. A linear sum beats reciprocal rank fusion by far on
// the public sets (docs/retrieval.md), and these weights were fitted there by script/bench
// retrieval.
struct Weights {
    double fts = 1.0;
    double vector = 0.5;
    double trgm = 0.3;
    double recency = 0.05;
    double pinned = 0.15;
    double scope = 0.03;
};

// The weight of each query term, from the candidates as a sample of the scope.
std::vector<double> term_weights(const Candidates& sample);

// The best `limit`, highest score first, ties by id. `idf` has one entry a query term.
std::vector<Ranked> rank(const Candidates& candidates, const std::vector<double>& idf,
                         const Weights& weights, Timestamp now, std::size_t limit);

// "matches the words (0.83), close in meaning (0.61), pinned"
std::string explain(const Signals& signals);

}  // namespace stele::memory
