// Who gets a job: every instance of the tenant looked at, those that cannot have it left out, the
// others scored.
#pragma once

#include "foundation/pg/database.hpp"
#include "runtime/context.hpp"
#include "work/mesh/members/members.hpp"
#include "work/mesh/routing/route_requests.hpp"

namespace stele::mesh {

struct Decision {
    struct One {
        Entry entry;
        Factors factors;
        double score = 0;
    };
    // The best first, ties by load, then by name; before all of them whoever has the conversation.
    std::vector<One> candidates;
    bool settled = false;  // the first of them has the conversation
    std::vector<Skipped> skipped;
    runtime::RoutingWeights weights;  // normalised
    std::string domain, model, degraded;
    std::optional<std::size_t> selected;  // among the candidates
    std::string reason;
    Uuid id;  // of its explanation
};

// Writes nothing. `any_role`: also those whose role is another than the domain, though there are
// some whose it is. Throws Error(configuration) for weights that are none.
Decision decide(runtime::Context& context, const RouteInput& input, bool any_role = false);
// What speaks for this one of the candidates.
std::string reason_of(const Decision& decision, std::size_t candidate);
// Takes this one instead of the best: somebody named it.
void select(Decision& decision, std::size_t candidate, std::string reason);

// The best candidates as they are shown.
std::vector<Scored> best(const Decision& decision, std::size_t most);

// Keeps the explanation under decision.id: the best limits::kExplained candidates.
void explain(pg::Transaction& tx, const runtime::Caller& caller, const Decision& decision);

RouteOutput route(runtime::Context& context, const RouteInput& input);

}  // namespace stele::mesh
