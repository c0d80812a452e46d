// The REST door: /v1 operations and their friendlier routes, /mcp, the documents, health and
// metrics.
//
// Where a request is refused, in order:
//   admit()   a page that may not call 403, missing or wrong token 401, unknown route 404, wrong
//             method 405, body limit: all from the head alone, before a byte of the body is read
//   handle()  not JSON 415/400, unknown or wrong fields 400, then whatever the operation says
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "api/metrics.hpp"
#include "api/operation.hpp"
#include "http/server.hpp"

namespace stele::api::rest {

struct Options {
    const Registry& registry;
    std::string version;
    std::string token;            // empty: nobody is asked for one (loopback only)
    std::string allowed_origins;  // web pages that may call, see Origins
    // The context of a request; scope headers (X-Stele-Org, -Project, -Scope, -Instance, -Posse)
    // are applied afterwards.
    std::function<Context(const std::string& request_id, Deadline)> make_context;
    std::function<http::Response(const http::Request&)> mcp;  // /mcp
    // /readyz and /health; status 200 or 503 with a JSON body, free of secrets.
    std::function<http::Response()> ready, health;
    Metrics& metrics;
    std::string hooks_token;  // of operations that are hooks; empty: there are none
};
// An operation with patience (operation.hpp) is run again when one of its bells rings; its request
// holds no worker in between.

class Door {
  public:
    explicit Door(Options options);
    ~Door();
    http::Admission admit(const http::Head& head) const;
    http::Response handle(const http::Request& request) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace stele::api::rest
