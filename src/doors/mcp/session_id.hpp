// The id of an HTTP session, Mcp-Session-Id: it holds what was negotiated and is signed, so that
// any server with the same key goes on with a session: after a restart, or beside the one that
// opened it.
//
// An id is no credential. Every request is authenticated by itself; the signature binds an id to
// whom it was given.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "doors/mcp/session.hpp"

namespace stele::mcp {

class SessionIds {
  public:
    // Empty, where callers present no secret either: the signature is a checksum then.
    explicit SessionIds(std::string key) : key_(std::move(key)) {}

    // "<random>.<what was negotiated>.<signature>", in hexadecimal digits.
    std::string issue(const Negotiated& negotiated, const runtime::Caller& owner) const;
    // Nothing for an id that was not issued with this key to this principal and tenant.
    std::optional<Negotiated> read(std::string_view id, const runtime::Caller& owner) const;

  private:
    std::string signature(std::string_view text, const runtime::Caller& owner) const;

    const std::string key_;
};

}  // namespace stele::mcp
