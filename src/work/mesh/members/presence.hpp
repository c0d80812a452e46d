// This server's own place in the mesh: it registers, beats, and says when it leaves, in its own
// database and at the peers of the settings.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/background.hpp"
#include "runtime/context.hpp"
#include "runtime/settings.hpp"
#include "work/mesh/delegation/peers.hpp"
#include "work/mesh/members/requests.hpp"

namespace stele::mesh {

// What the settings say about this server. Throws Error(configuration) for weights that are none
// and peers that are no URLs.
RegisterInput profile_of(const runtime::Settings& settings, const std::string& version);
std::vector<std::string> peers_of(const runtime::MeshSettings& settings);

class Presence {
  public:
    Presence(const runtime::Settings& settings, const std::string& version,
             const runtime::Background::MakeContext& make_context);
    // Leaves, within a few seconds.
    ~Presence();
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;

  private:
    // One place where it is known: the own database, or a peer.
    struct Place;
    int beat(runtime::Context& context, Place& place);
    void say_goodbye(Place& place);

    const runtime::Settings& settings_;
    const RegisterInput profile_;
    const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    Peers peers_;
    const runtime::Background::MakeContext make_context_;
    std::vector<std::unique_ptr<Place>> places_;
};

}  // namespace stele::mesh
