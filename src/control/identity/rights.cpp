#include "control/identity/rights.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"

namespace stele::identity {

using runtime::CallerKind;
using runtime::ScopeSet;

namespace {

// Agents have these from a mandate, and nobody from a token.
const ScopeSet& of_mandates() {
    static const ScopeSet scopes = ScopeSet::of({"agents:write", "delegate:broad"});
    return scopes;
}

ScopeSet scopes_that_end_with(std::string_view end) {
    std::vector<std::string> names;
    for (const runtime::Scope& scope : runtime::all_scopes())
        if (scope.name.ends_with(end)) names.emplace_back(scope.name);
    return ScopeSet::of(names);
}

}  // namespace

const Tenant& system_tenant() {
    static const Uuid id = *Uuid::parse("00000000-0000-4000-8000-000000000000");
    static const Tenant tenant{id, id};
    return tenant;
}

ScopeSet scopes_of(Capability capability, bool global) {
    switch (capability) {
        case Capability::read:
            return scopes_that_end_with(":read");
        case Capability::approve:
            return scopes_that_end_with(":approve");
        case Capability::all:
            return ScopeSet::everything();
        case Capability::write:
            break;
    }
    const ScopeSet write =
        ScopeSet::everything().without(scopes_that_end_with(":approve")).without(of_mandates());
    return global ? write : write.without(ScopeSet::of({"ops:admin"}));
}

ScopeSet service_ceiling() {
    return ScopeSet::everything().without(scopes_that_end_with(":approve")).without(of_mandates());
}

ScopeSet known_scopes(const std::vector<std::string>& names) {
    ScopeSet out;
    for (const std::string& name : names)
        for (const runtime::Scope& scope : runtime::all_scopes())
            if (scope.name == name) out = out | ScopeSet::of({name});
    return out;
}

void require_may_issue(const runtime::Caller& caller, const Rights& rights) {
    const bool administrates = caller.kind == CallerKind::local ||
                               caller.kind == CallerKind::operator_token ||
                               caller.kind == CallerKind::admin;
    if (rights.kind == TokenKind::admin && !administrates)
        throw Error(Code::forbidden, "kind: admin tokens are issued by admins alone",
                    "ask the operator, or issue a service token");
    if (rights.global && !caller.any_tenant)
        throw Error(Code::forbidden, "global: this credential has a tenant of its own",
                    "ask the operator");
    if (rights.private_data && caller.viewer.kind != runtime::Viewer::Kind::all)
        throw Error(Code::forbidden, "privateData: this credential does not see it itself");
    const ScopeSet missing = rights.scopes.without(caller.scopes);
    if (!missing.empty())
        throw Error(Code::forbidden,
                    fmt::format("scopes: this credential lacks {}", missing.text()),
                    "nobody gives what he does not have");
}

}  // namespace stele::identity
