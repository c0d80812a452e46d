// Who calls: made once from a credential, the same for every door.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "foundation/base/uuid.hpp"
#include "runtime/caller/scopes.hpp"

namespace stele::runtime {

enum class CallerKind { local, operator_token, admin, service, user, application, agent, hook };
std::string_view name_of(CallerKind kind);  // "operator"

// Whose rows a caller sees beside those that everybody of the tenant sees.
struct Viewer {
    enum class Kind { all, user, everybody };
    Kind kind = Kind::all;
    Uuid user;  // of Kind::user
};
std::string_view name_of(Viewer::Kind kind);  // "all", "user", "public"

// The tenant is the pair (org, project): row-level security shows a transaction that tenant's rows
// and no other. What is not said here is the local operator's, who may everything.
struct Caller {
    CallerKind kind = CallerKind::local;
    // Named in receipts, the audit log and MCP sessions: "local", "operator", "service:ci",
    // "user:<id>". Never an address.
    std::string principal = "local";
    Uuid org;
    Uuid project;
    // Places, not rights.
    std::string instance;          // this agent's own name; scope "instance" means it
    std::string posse;             // the group of agents it belongs to, or ""
    std::string scope = "global";  // the project scope it works in: "project:/path", or "global"
    Uuid user;                     // nil where no user acts
    std::string sub;               // as the user's issuer names him
    std::string client;            // the OAuth client; "" where there is none
    std::string session;           // the login; "" where there is none
    Uuid credential;  // which token, so that it can be revoked; nil where there is none
    std::optional<std::chrono::system_clock::time_point> expires;
    ScopeSet scopes = ScopeSet::everything();
    Viewer viewer;
    bool any_tenant = true;  // X-Stele-Org and -Project choose the tenant
};

// What belongs to no tenant stands in this one, which only who may choose his tenant reaches.
bool is_system_tenant(const Uuid& org, const Uuid& project);

}  // namespace stele::runtime
