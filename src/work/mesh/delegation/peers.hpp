// Other servers, over HTTP. Bodies are sent as they are, with the tenant in the head. Endpoints are
// addresses that whoever registered chose: foundation/http/outbound.hpp judges them, and the hosts
// of mesh.peerHosts alone are given the peer token.
#pragma once

#include <chrono>
#include <string>

#include "foundation/base/json.hpp"
#include "foundation/http/client.hpp"
#include "foundation/pg/database.hpp"
#include "runtime/context.hpp"
#include "runtime/settings.hpp"

namespace stele::mesh {

struct PeerAnswer {
    int status = 0;
    json::object body;  // empty when it is no JSON object
    bool ok() const { return status / 100 == 2; }
    // One line for a person: what the other side said.
    std::string said() const;
    // A field that holds one word of printable ASCII, of at most 128 bytes; "" when it does not. It
    // is kept, shown, and part of paths.
    std::string word(std::string_view field) const;
};

class Peers {
  public:
    explicit Peers(const runtime::Settings& settings);

    // Why it takes no jobs now; "" when it is well. Asks GET /health, 5 s at most.
    std::string problem_of(const std::string& endpoint);
    // POST /job, 30 s at most; `key` is its Idempotency-Key. Throws http::TransportError.
    PeerAnswer submit(const std::string& endpoint, const pg::Tenant& tenant, const std::string& key,
                      const std::string& payload, std::chrono::milliseconds time);
    // GET /job/:id, 15 s at most. Throws http::TransportError.
    PeerAnswer job(const std::string& endpoint, const pg::Tenant& tenant, const std::string& id);
    // Any operation, at a server that mesh.peers names. Throws http::TransportError.
    PeerAnswer call(const std::string& endpoint, const pg::Tenant& tenant,
                    std::string_view operation, const json::object& input,
                    std::chrono::milliseconds time);

  private:
    PeerAnswer send(http::Client& client, const std::string& method, const std::string& url,
                    const pg::Tenant& tenant, const std::string& body,
                    std::chrono::milliseconds time, const std::string& key = {});

    http::Client registered_;  // for endpoints that instances registered
    http::Client configured_;  // for those of mesh.peers, at any address
};

// Where an instance takes jobs, as it registers it. Throws Error(invalid_argument) with the reason
// why no server with these settings would call it; this server's own endpoint is its operator's.
std::string checked_endpoint(const runtime::MeshSettings& settings, const std::string& endpoint);

}  // namespace stele::mesh
