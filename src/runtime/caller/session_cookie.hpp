// The cookie that a browser keeps in place of its credential, which it cannot send with an event
// stream.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/caller/authenticator.hpp"
#include "runtime/caller/trusted_proxies.hpp"

namespace stele::runtime {

class SessionCookie {
  public:
    explicit SessionCookie(TrustedProxies proxies) : proxies_(std::move(proxies)) {}

    // "" when the request has none of this server.
    std::string_view value_of(const http::Head& head) const;
    // HttpOnly, SameSite=Strict; behind https also Secure and bound to the host, over http with the
    // port in its name, for cookies do not know ports.
    http::Header set(const http::Head& head, std::string_view value,
                     std::chrono::seconds good_for) const;
    // 403 for what a page of another site could make a browser send with its cookie.
    std::optional<Judgement> refusal(const http::Head& head) const;

  private:
    bool is_https(const http::Head& head) const;
    std::string name_for(const http::Head& head) const;

    const TrustedProxies proxies_;
};

}  // namespace stele::runtime
