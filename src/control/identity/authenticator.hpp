// Callers from tokens of the API, and from the cookies that browsers were given for them. All other
// credentials are another authenticator's.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "control/identity/credential_cache.hpp"
#include "control/identity/open_streams.hpp"
#include "control/identity/store.hpp"
#include "runtime/caller/authenticator.hpp"
#include "runtime/caller/session_cookie.hpp"
#include "runtime/context.hpp"

namespace stele::identity {

class ApiTokenAuthenticator : public runtime::Authenticator {
  public:
    static constexpr int kSettlingOfAddress = 20;  // look-ups at once for one address

    struct Options {
        const runtime::Authenticator& others;
        runtime::Caller home;  // tenant and places of a credential that may choose them
        runtime::TrustedProxies proxies;
        std::string admin_token;  // of the environment; empty: none
        // For a look-up: may throw Error(unavailable).
        std::function<runtime::Context()> make_context;
        CredentialCache::Options cache = {};
        std::function<CredentialCache::Time()> clock = std::chrono::steady_clock::now;
    };
    explicit ApiTokenAuthenticator(Options options);

    runtime::Judgement judge(const http::Head& head) const override;
    runtime::Judgement settle(const http::Head& head) const override;
    std::optional<runtime::Cookie> cookie(const http::Head& head, const runtime::Caller& caller,
                                          std::chrono::system_clock::time_point now) const override;
    void ends_with(const runtime::Caller& caller,
                   const std::shared_ptr<http::EventChannel>& stream) const override;

    // Reads what was revoked and ends the streams that are over; keeps the settings' token, and
    // notes which tokens were used. One thread at a time; throws when the database is away.
    void catch_up(runtime::Context& context);

  private:
    // What a request presents of the credentials that are this authenticator's.
    struct Presented {
        enum class Kind { nothing, token, cookie } kind = Kind::nothing;
        std::string_view text;
    };
    // One of the look-ups of an address, for as long as it lives.
    class Settling;

    Presented presented(const http::Head& head) const;
    runtime::Judgement judge(const http::Head& head, const Presented& what) const;
    std::optional<Credential> look_up(const Presented& what) const;

    const Options options_;
    const runtime::SessionCookie cookie_;
    mutable CredentialCache cache_;
    mutable OpenStreams streams_;
    mutable std::mutex mutex_;
    mutable std::map<std::string, int> settling_;    // by address
    mutable std::map<Tenant, std::set<Uuid>> used_;  // since last noted
    std::map<Tenant, Seen> seen_;                    // of catch_up()
    bool kept_admin_token_ = false;                  // likewise
};

}  // namespace stele::identity
