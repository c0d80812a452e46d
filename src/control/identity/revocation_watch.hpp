// A thread that keeps a server's authenticator up to date: once a second, and whenever somebody
// says that something was revoked.
#pragma once

#include <functional>
#include <thread>

#include "api/bells.hpp"
#include "control/identity/authenticator.hpp"

namespace stele::identity {

class RevocationWatch {
  public:
    // `authenticator` must outlive this.
    RevocationWatch(ApiTokenAuthenticator& authenticator,
                    std::function<api::Context()> make_context);

  private:
    void run(const std::stop_token& stop);

    ApiTokenAuthenticator& authenticator_;
    const std::function<api::Context()> make_context_;
    api::Bells silent_;  // rung by nobody: for when there is no context
    std::jthread thread_;
};

}  // namespace stele::identity
