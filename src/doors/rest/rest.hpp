// The REST door: /v1 operations and their friendlier routes, /mcp, the documents, health and
// metrics.
//
// Where a request is refused, in order:
//   admit()   a page that may not call 403, credential 401, route 404, method 405, media type 415,
//             scopes 403, tenant headers 400 and 403, rate 429, body limit 413: all from the head
//             alone, before a byte of the body is read
//   handle()  what only a look-up can settle 401, not JSON 400, unknown or wrong fields 400, then
//             whatever the operation says
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "doors/rest/origins.hpp"
#include "foundation/http/server.hpp"
#include "runtime/caller/authenticator.hpp"
#include "runtime/dispatcher.hpp"
#include "runtime/metrics.hpp"

namespace stele::rest {

struct Options {
    const runtime::Registry& registry;
    runtime::Dispatcher& dispatcher;
    const runtime::Authenticator& authenticator;
    std::string version;
    Origins origins;  // which web pages may call
    bool hooks;       // whether operations that are hooks are there
    // The context of a request, without its caller.
    std::function<runtime::Context(const std::string& request_id, Deadline)> make_context;
    std::function<http::Response(const http::Request&, const runtime::Caller&)> mcp;  // /mcp
    // /readyz and /health; status 200 or 503 with a JSON body, free of secrets.
    std::function<http::Response()> ready, health;
    runtime::Metrics& metrics;
};

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

}  // namespace stele::rest
