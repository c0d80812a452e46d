// What tokens may, and who may issue them.
#pragma once

#include <string>
#include <vector>

#include "control/identity/token_text.hpp"
#include "runtime/caller/caller.hpp"

namespace stele::identity {

// What an admin token may: every :read; everything but to approve; to approve and nothing else;
// everything, which the token of the environment alone has.
enum class Capability { read, write, approve, all };

struct Tenant {
    Uuid org, project;
    friend auto operator<=>(const Tenant&, const Tenant&) = default;
};
// Where tokens stand that may choose their tenant.
const Tenant& system_tenant();

// `global`: the token may choose its tenant. One that may not has no ops:admin.
runtime::ScopeSet scopes_of(Capability capability, bool global);
// What a service token may have at most.
runtime::ScopeSet service_ceiling();
// Names of a stored row that this version does not know give nothing.
runtime::ScopeSet known_scopes(const std::vector<std::string>& names);

struct Rights {
    TokenKind kind;
    runtime::ScopeSet scopes;
    bool private_data = false;
    bool global = false;
};
// Throws Error(forbidden) where a caller would give what it does not have itself.
void require_may_issue(const runtime::Caller& caller, const Rights& rights);

}  // namespace stele::identity
