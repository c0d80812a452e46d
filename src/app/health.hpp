// /readyz and /health: what is well, without a secret.
#pragma once

#include "app/app.hpp"
#include "foundation/http/message.hpp"

namespace stele::app {

class Health {
  public:
    explicit Health(App& app) : app_(app) {}
    // 200 when a request would be served: database, schema, pool; else 503.
    http::Response ready();
    // 503 only when the database is down and server.requireMemory is set; else 200 with `degraded`.
    http::Response health();

  private:
    json::object database();

    App& app_;
    const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace stele::app
