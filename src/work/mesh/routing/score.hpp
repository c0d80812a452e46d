// Who fits a job: the formula, and nothing else. No database, no clock.
//
//   score = .4 expertise + .3 reliability + .2 load + .1 model      (mesh.routingWeights)
//
//   expertise    both vectors: their dot product, within 0 and 1; else role and domain: the same
//                1.0, others 0.2; else 0.5
//   reliability  0 to 1 (reliability.hpp); 0.5 of whom nothing is known
//   load         idle or without jobs 1.0, one 0.7, two 0.4, more 0.1
//   model        none asked for 0.5; has it 1.0; has another of that provider 0.6; else 0.2
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/reflect.hpp"
#include "runtime/settings.hpp"

namespace stele::mesh {

using reflect::field;
using reflect::fields;

struct Factors {
    double expertise = 0.5, reliability = 0.5, load = 1, model = 0.5;
    template <class S = Factors>
    static auto describe() {
        return fields(field("expertise", &S::expertise, "That it knows what is asked for"),
                      field("reliability", &S::reliability, "That what it did went well"),
                      field("load", &S::load, "That it has time"),
                      field("model", &S::model, "That it has the model asked for"));
    }
};

// Scaled to a sum of 1. Throws Error(configuration) for a negative one, and when all are 0.
runtime::RoutingWeights normalised(const runtime::RoutingWeights& weights);

// What is asked for; empty: not said.
struct Wanted {
    std::string_view domain, model;
    std::span<const float> vector;
};

struct Candidate {
    std::string_view role;
    std::span<const float> vector;  // of the same model, or empty
    std::span<const std::string> models;
    bool idle = true;
    int active_jobs = 0;
    double reliability = 0.5;
};

Factors factors_of(const Candidate& candidate, const Wanted& wanted);
// `weights` are normalised.
double score_of(const Factors& factors, const runtime::RoutingWeights& weights);
// "expertise match (role), low load": the factors of at least 0.8, or "general availability".
std::string reason_of(const Factors& factors, std::string_view role);

// The best below this is nobody: the job is done here.
inline constexpr double kScoreLeast = 0.1;
// A job that named nobody is handed on above this only.
inline constexpr double kScoreUnasked = 0.3;

// The domain that says no domain.
inline constexpr std::string_view kGeneral = "general";

}  // namespace stele::mesh
