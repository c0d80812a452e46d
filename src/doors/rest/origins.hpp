// Which web pages may speak to us and read what we say. A browser names the page (Origin) with
// every request that could change something; a page that reaches a server of its own machine by DNS
// rebinding still names its own host.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "foundation/http/message.hpp"

namespace stele::rest {

// "http://localhost:5173", "https://127.0.0.1", "http://[::1]:80": any scheme that has a host, and
// any port.
bool is_loopback_origin(std::string_view origin);

class Origins {
  public:
    // `allowed`: "https://app.example, https://other.example:8443", or "*". Pages of this machine
    // may always. Where a token is asked for, a page must have it anyhow: all may unless some are
    // named, and the server's own may still. Where none is, only those named, and a request must be
    // addressed to this machine or to one of their hosts.
    Origins(std::string_view allowed, bool token);

    // Why this request must not be served; "" when it may.
    std::string refusal(const http::Head& head) const;
    // A browser asks before it sends a page's request to another origin (a preflight).
    static bool asks_first(const http::Head& head);
    static http::Response answer();
    // The headers with which a browser lets the page read the response. Cookies are not for them.
    void let_read(const http::Head& head, http::Response& response) const;

  private:
    bool may_come(std::string_view origin, std::string_view host) const;
    bool is_ours(std::string_view host) const;

    std::vector<std::string> allowed_;  // lower case, without a final slash
    bool any_ = false;
    bool token_;
};

}  // namespace stele::rest
