#include "app/caller.hpp"

#include <fmt/format.h>

#include "foundation/base/clock.hpp"

namespace stele::app {

namespace {

using reflect::field;
using reflect::fields;
using reflect::NoInput;

struct CallerOutput {
    std::string kind, principal, org, project, instance, posse, scope, viewer;
    bool any_tenant = false;
    std::vector<std::string> scopes;
    std::optional<std::string> user, sub, client, session, credential, expires_at;
    template <class S = CallerOutput>
    static auto describe() {
        return fields(
            field("kind", &S::kind,
                  "local, operator, admin, service, user, application, agent or hook"),
            field("principal", &S::principal, "As receipts and the audit log name it"),
            field("org", &S::org, "First half of the tenant"),
            field("project", &S::project, "Second half of the tenant"),
            field("anyTenant", &S::any_tenant, "X-Stele-Org and -Project choose the tenant"),
            field("instance", &S::instance, "The agent's own name"),
            field("posse", &S::posse, "The group of agents it belongs to, or empty"),
            field("scope", &S::scope, "The place it works in: global or project:<path>"),
            field("viewer", &S::viewer, "Whose rows it sees: all, user or public"),
            field("scopes", &S::scopes, "What it may; * is everything"),
            field("user", &S::user, "Id of the user, where one acts"),
            field("sub", &S::sub, "As the user's issuer names him"),
            field("client", &S::client, "OAuth client"), field("session", &S::session, "Login"),
            field("credential", &S::credential, "Id of the token"),
            field("expiresAt", &S::expires_at, "When the credential is over; never when left out"));
    }
};

std::optional<std::string> text_or_null(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}
std::optional<std::string> text_or_null(const Uuid& id) {
    return id == Uuid{} ? std::nullopt : std::optional(id.text());
}

CallerOutput get(runtime::Context& context, const NoInput&) {
    const runtime::Caller& caller = context.caller;
    CallerOutput out;
    out.kind = runtime::name_of(caller.kind);
    out.principal = caller.principal;
    out.org = caller.org.text();
    out.project = caller.project.text();
    out.any_tenant = caller.any_tenant;
    out.instance = caller.instance;
    out.posse = caller.posse;
    out.scope = caller.scope;
    out.viewer = runtime::name_of(caller.viewer.kind);
    out.scopes = caller.scopes.names();
    out.user = text_or_null(caller.user);
    out.sub = text_or_null(caller.sub);
    out.client = text_or_null(caller.client);
    out.session = text_or_null(caller.session);
    out.credential = text_or_null(caller.credential);
    if (caller.expires) {
        const auto since = caller.expires->time_since_epoch();
        out.expires_at =
            to_rfc3339({std::chrono::duration_cast<std::chrono::microseconds>(since).count()});
    }
    return out;
}

}  // namespace

void register_caller(runtime::Registry& registry) {
    runtime::Operation op = runtime::operation("caller.get", get);
    op.command = "whoami";
    op.tool = "whoami";
    op.offline = true;
    op.idempotent = true;
    op.any_caller = true;
    op.summary = "Who you are, what you may, until when";
    op.description =
        "Use it when a call is refused, or to see which tenant and which rights a token has.";
    op.routes = {{"GET", "/v1/caller"}};
    op.examples = {{"Ask", {}}};
    registry.add(op);
}

}  // namespace stele::app
