// The SQL of tokens: making, listing, revoking them, and finding one from what a request carries.
#pragma once

#include <array>
#include <map>
#include <optional>

#include "control/identity/types.hpp"
#include "runtime/context.hpp"

namespace stele::identity {

Issued create(runtime::Context& context, const CreateInput& input);
ListOutput list(runtime::Context& context, const ListInput& input);
// A new token with the rights of the old one, which is revoked. Throws Error(not_found).
Issued rotate(runtime::Context& context, const RotateInput& input);
// Throws Error(not_found).
RevokeOutput revoke(runtime::Context& context, const RevokeInput& input);

// The environment's token is there as a global one that may everything; one that was revoked stays
// so. Throws Error(configuration) for a text that is no admin token.
void keep_admin_token(runtime::Context& context, const std::string& text);

// A credential that is stored, as far as judging it needs.
struct Credential {
    runtime::Caller caller;  // without tenant and places where the token leaves them open
    Tenant tenant;           // where the token stands
    std::string secret_sha256;
};
// One round trip each. Nothing for what is unknown, revoked or over.
std::optional<Credential> find_token(runtime::Context& context, std::string_view prefix);
std::optional<Credential> find_session(runtime::Context& context, std::string_view cookie);
void open_session(runtime::Context& context, const Tenant& tenant, const Uuid& token,
                  std::string_view cookie, Timestamp expires);

// What of a tenant's revocations has been seen, a number a shard.
using Seen = std::array<std::int64_t, 8>;
// Ids of the credentials revoked since, in the tenants named; `seen` is moved on.
std::vector<Uuid> revoked_since(runtime::Context& context, std::map<Tenant, Seen>& seen);
void note_used(runtime::Context& context, const Tenant& tenant, const std::vector<Uuid>& tokens);

// The notification that something was revoked (runtime/notifier.hpp).
std::string revocation_notification();

}  // namespace stele::identity
