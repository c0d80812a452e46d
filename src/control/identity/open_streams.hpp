// The streams that run on a credential, so that they end with it. Any thread.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "control/identity/rights.hpp"
#include "foundation/http/message.hpp"

namespace stele::identity {

class OpenStreams {
  public:
    void add(const runtime::Caller& caller, const Tenant& tenant,
             const std::shared_ptr<http::EventChannel>& channel);
    // Ends those whose credential is over, or is revoked.
    void end(std::chrono::system_clock::time_point now,
             const std::function<bool(const Uuid& credential)>& revoked);
    std::set<Tenant> tenants() const;

  private:
    struct Stream {
        Uuid credential;
        Tenant tenant;
        std::optional<std::chrono::system_clock::time_point> expires;
        std::weak_ptr<http::EventChannel> channel;
    };
    mutable std::mutex mutex_;
    std::vector<Stream> streams_;
};

}  // namespace stele::identity
