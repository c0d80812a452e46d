// The tracker: looks at delegated jobs until they have ended, and asks again for those of which
// nobody knows whether they arrived. Everything it knows stands in the database: any number of
// processes track at once, none is needed for long, and each may die at any moment.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "runtime/background.hpp"
#include "runtime/background/backoffs.hpp"
#include "runtime/context.hpp"
#include "work/mesh/delegation/peers.hpp"

namespace stele::mesh {

// Looks at a bunch of the delegations that are due, of whatever tenant. Returns how many. A tenant
// in which a look fails is left alone for a while, and stops nobody else.
int track(runtime::Context& context, Peers& peers, background::Backoffs& failing);
inline int track(runtime::Context& context, Peers& peers) {
    background::Backoffs failing;
    return track(context, peers, failing);
}

// Tracks in the background of serve and mcp for as long as it lives, with a few threads: a target
// that is frozen holds up one of them. While none has anything to do, only the first asks.
class Tracker {
  public:
    Tracker(const runtime::Settings& settings,
            const runtime::Background::MakeContext& make_context);

  private:
    int step(runtime::Context& context, background::Backoffs& failing, bool first);

    Peers peers_;
    std::atomic<int> busy_{0};
    std::vector<std::unique_ptr<runtime::Background>> threads_;
};

}  // namespace stele::mesh
