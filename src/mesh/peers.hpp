// Other servers, over HTTP. Bodies are sent as they are, with the tenant in the head, and the peer
// token for those hosts that may have it.
#pragma once

#include <chrono>
#include <string>

#include "api/context.hpp"
#include "api/settings.hpp"
#include "base/json.hpp"
#include "http/client.hpp"
#include "pg/database.hpp"

namespace stele::mesh {

struct PeerAnswer {
    int status = 0;
    json::object body;  // empty when it is no JSON object
    bool ok() const { return status / 100 == 2; }
    // One line for a person: what the other side said.
    std::string said() const;
};

class Peers {
  public:
    explicit Peers(const api::Settings& settings);
    // Whether this place may have the peer token: all, or those that mesh.peerHosts names.
    bool trusts(std::string_view url) const;

    // Why it takes no jobs now; "" when it is well. Asks GET /health, 5 s at most.
    std::string problem_of(const std::string& endpoint);
    // POST /job, 30 s at most; `key` is its Idempotency-Key. Throws http::TransportError.
    PeerAnswer submit(const std::string& endpoint, const pg::Tenant& tenant, const std::string& key,
                      const std::string& payload, std::chrono::milliseconds time);
    // GET /job/:id, 15 s at most. Throws http::TransportError.
    PeerAnswer job(const std::string& endpoint, const pg::Tenant& tenant, const std::string& id);
    // Any operation. Throws http::TransportError.
    PeerAnswer call(const std::string& endpoint, const pg::Tenant& tenant,
                    std::string_view operation, const json::object& input,
                    std::chrono::milliseconds time);

  private:
    PeerAnswer send(const std::string& method, const std::string& url, const pg::Tenant& tenant,
                    const std::string& body, std::chrono::milliseconds time,
                    const std::string& key = {});

    http::Client http_;
    std::string token_;
    std::vector<std::string> hosts_;  // lower case
};

}  // namespace stele::mesh
