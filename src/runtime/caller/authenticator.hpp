// From a request's head to its caller. One implementation serves REST and MCP.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "foundation/http/message.hpp"
#include "runtime/caller/caller.hpp"

namespace stele::runtime {

struct Judgement {
    enum class Kind {
        known,      // `caller` says who it is
        refused,    // with `status`, and `why` for the person
        unsettled,  // memory alone does not know it: settle() does
    };
    Kind kind = Kind::refused;
    Caller caller;
    int status = 401;
    std::string why;
    bool had_token = false;  // what was refused was a token, not its absence
};

Judgement refused(std::string why, bool had_token, int status = 401);

struct Cookie {
    http::Header header;  // Set-Cookie
    std::chrono::seconds good_for;
};

class Authenticator {
  public:
    virtual ~Authenticator() = default;
    // From memory alone and in constant time, so also on an I/O thread.
    virtual Judgement judge(const http::Head& head) const = 0;
    // On a worker: may ask the database. Never unsettled.
    virtual Judgement settle(const http::Head& head) const { return judge(head); }
    // What a browser keeps instead of the credential, which it cannot send with an event stream;
    // nothing where nobody is asked for one.
    // On a worker: may ask the database.
    virtual std::optional<Cookie> cookie(const http::Head& head, const Caller& caller,
                                         std::chrono::system_clock::time_point now) const = 0;
    // How long that cookie is good for at most.
    static constexpr std::chrono::hours kSession{24};
    // The stream runs on this caller's credential, and ends with it.
    virtual void ends_with(const Caller&, const std::shared_ptr<http::EventChannel>&) const {}
};

// WWW-Authenticate of a 401, and of a 403 for want of scopes, all of which are named.
http::Header challenge(const Judgement& judgement);
http::Header insufficient_scope(std::string_view needed);

// Applies X-Stele-Org, -Project, -Scope, -Instance and -Posse: hints, which a caller may only use
// as far as the credential allows. Throws Error(invalid_argument) for what is no UUID or no scope,
// Error(forbidden) for a tenant, instance or posse that is not the credential's.
void apply_headers(const http::Head& head, Caller& caller);

}  // namespace stele::runtime
