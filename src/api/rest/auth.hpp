// Who may speak: a bearer token, or the cookie that a browser got for one.
#pragma once

#include <chrono>
#include <string>

#include "http/message.hpp"

namespace stele::api::rest {

// What `Authorization: Bearer` holds; "" when there is none.
std::string_view bearer_of(const http::Head& head);

class Auth {
  public:
    static constexpr std::chrono::hours kSession{24};

    explicit Auth(std::string token) : token_(std::move(token)) {}

    bool needed() const { return !token_.empty(); }
    // The token as `Authorization: Bearer`, or a session's cookie that has not run out. Never a
    // query parameter: addresses end up in logs.
    bool knows(const http::Head& head) const;
    // For POST /auth/session, whose token was checked: a cookie for browsers, which cannot send
    // headers with an event stream. HttpOnly, SameSite=Strict, for 24 hours, Secure behind https.
    http::Header cookie(const http::Head& head, std::chrono::system_clock::time_point now) const;

  private:
    bool fresh(std::string_view value, std::chrono::system_clock::time_point now) const;
    std::string sign(std::string_view until) const;

    std::string token_;
};

}  // namespace stele::api::rest
