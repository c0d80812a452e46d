// The credentials that stand in the settings: the server's token, the hooks' token, and the cookie
// that a browser got for the server's.
#pragma once

#include <string>
#include <string_view>

#include "runtime/caller/authenticator.hpp"
#include "runtime/caller/session_cookie.hpp"

namespace stele::runtime {

// What `Authorization: Bearer` holds; "" when there is none.
std::string_view bearer_of(const http::Head& head);

class ServerCredentials : public Authenticator {
  public:
    struct Options {
        std::string token;        // empty: nobody is asked for one (loopback only)
        std::string hooks_token;  // empty: there are no hooks
        Caller home;              // tenant and places of the server itself
        TrustedProxies proxies;
    };
    explicit ServerCredentials(Options options)
        : options_(std::move(options)), cookie_(options_.proxies) {}

    // Authorization: Bearer; X-Stele-Token for hooks; else the cookie. A wrong token is not made
    // good by a cookie. Never the address: addresses end up in logs.
    Judgement judge(const http::Head& head) const override;
    std::optional<Cookie> cookie(const http::Head& head, const Caller& caller,
                                 std::chrono::system_clock::time_point now) const override;

  private:
    Judgement known(CallerKind kind) const;
    Judgement judge_token(std::string_view token) const;
    Judgement judge_cookie(const http::Head& head, std::string_view value) const;
    // When the cookie runs out, seconds since 1970; nothing for one that this server did not sign.
    std::optional<std::int64_t> end_of(std::string_view value) const;
    std::string sign(std::string_view until) const;

    const Options options_;
    const SessionCookie cookie_;
};

}  // namespace stele::runtime
