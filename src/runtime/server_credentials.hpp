// The credentials that stand in the settings: the server's token, the hooks' token, and the cookie
// that a browser got for the server's.
#pragma once

#include <string>
#include <string_view>

#include "runtime/authenticator.hpp"
#include "runtime/trusted_proxies.hpp"

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
    explicit ServerCredentials(Options options) : options_(std::move(options)) {}

    // Authorization: Bearer; X-Stele-Token for hooks; else the cookie. A wrong token is not made
    // good by a cookie. Never the address: addresses end up in logs.
    Judgement judge(const http::Head& head) const override;
    std::optional<http::Header> cookie(const http::Head& head, const Caller& caller,
                                       std::chrono::system_clock::time_point now) const override;

  private:
    Judgement known(CallerKind kind) const;
    Judgement judge_token(std::string_view token) const;
    Judgement judge_cookie(const http::Head& head, std::string_view value) const;
    bool is_https(const http::Head& head) const;
    std::string cookie_name(const http::Head& head) const;
    bool fresh(std::string_view value, std::chrono::system_clock::time_point now) const;
    std::string sign(std::string_view until) const;

    const Options options_;
};

}  // namespace stele::runtime
