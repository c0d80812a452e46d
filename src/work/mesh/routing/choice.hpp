// Who of a decision's candidates is given the job: the first that is well, or nobody and why.
#pragma once

#include <optional>
#include <string>

#include "runtime/context.hpp"
#include "work/mesh/delegation/delegation_requests.hpp"
#include "work/mesh/delegation/peers.hpp"
#include "work/mesh/routing/route.hpp"

namespace stele::mesh {

struct Wish {
    std::optional<std::string> target;  // this one or nobody
    double least = kScoreLeast;         // scores above it; who has the conversation needs none
};

struct Refused {
    Refusal refusal = Refusal::unsuitable;
    std::string why;
};

// Asks the best few how they are; the first that is well becomes the decision's selection. Gives
// why it is nobody, or nothing.
std::optional<Refused> choose(const runtime::Context& context, Peers& peers, const Wish& wish,
                              Decision& decision);

}  // namespace stele::mesh
