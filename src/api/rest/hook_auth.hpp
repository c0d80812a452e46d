// Who may call /hooks/*: whoever bears the hooks' own token, which opens nothing else.
#pragma once

#include <string>

#include "http/message.hpp"

namespace stele::api::rest {

class HookAuth {
  public:
    explicit HookAuth(std::string token) : token_(std::move(token)) {}
    // false: there are no hooks.
    bool enabled() const { return !token_.empty(); }
    // Authorization: Bearer <token>, or X-Stele-Token: <token>.
    bool opens(const http::Head& head) const;

  private:
    std::string token_;
};

}  // namespace stele::api::rest
