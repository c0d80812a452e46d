#include "control/identity/store.hpp"

#include <fmt/format.h>

#include "control/identity/sql.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/pg/database.hpp"
#include "runtime/caller/recorder.hpp"
#include "runtime/notifier.hpp"
#include "work/jobs/queue/wake.hpp"

namespace stele::identity {

namespace {

using std::chrono::system_clock;

constexpr std::string_view kTokenRevoked = "token", kNotification = "identity.revocations";
// Longer than any server holds a credential in memory.
constexpr std::int64_t kRemembered = 24LL * 3600 * 1'000'000;

bool is_system(const Tenant& tenant) {
    return tenant == system_tenant();
}

// Where the tokens that a call means stand.
Tenant place_of(const runtime::Caller& caller, bool global) {
    if (global && !caller.any_tenant)
        throw Error(Code::forbidden, "global: this credential has a tenant of its own",
                    "leave it out");
    return global ? system_tenant() : Tenant{caller.org, caller.project};
}

pg::Call call_in(const runtime::Context& context, const Tenant& tenant) {
    return {{tenant.org, tenant.project}, context.deadline, context.cancelled};
}

Token read_token(const pg::Row& row, bool global) {
    Token out;
    out.id = row.get<Uuid>(0).text();
    out.kind = row.get<std::string>(1);
    out.name = row.get<std::string>(2);
    out.prefix =
        fmt::format("stele_{}t_{}", out.kind == "admin" ? 'a' : 's', row.get<std::string>(3));
    out.capability = row.get<std::optional<std::string>>(4);
    out.scopes = row.get<std::vector<std::string>>(5);
    out.private_data = row.get<bool>(6);
    out.instance = row.get<std::string>(7);
    out.posse = row.get<std::string>(8);
    out.created_by = row.get<std::string>(9);
    out.created_at = row.get<Timestamp>(10);
    out.expires_at = row.get<std::optional<Timestamp>>(11);
    out.last_used_at = row.get<std::optional<Timestamp>>(12);
    out.revoked_at = row.get<std::optional<Timestamp>>(13);
    out.global = global;
    return out;
}

std::optional<Capability> capability_of(const std::optional<std::string>& name) {
    if (name == "all") return Capability::all;
    return name ? reflect::enum_of<Capability>(*name) : std::nullopt;
}

Rights rights_of(const Token& token) {
    Rights out;
    out.kind = token.kind == "admin" ? TokenKind::admin : TokenKind::service;
    const auto capability = capability_of(token.capability);
    out.scopes = out.kind == TokenKind::service ? known_scopes(token.scopes)
                 : capability                   ? scopes_of(*capability, token.global)
                                                : runtime::ScopeSet();
    out.private_data = token.private_data;
    out.global = token.global;
    return out;
}

// What does not fit together, before anybody asks who may.
void check(const CreateInput& input, bool global) {
    const auto refuse = [](const char* what, const char* hint = "") {
        throw Error(Code::invalid_argument, what, hint);
    };
    if (input.expires_at && *input.expires_at <= now()) refuse("expiresAt: is over already");
    if (input.kind == TokenKind::admin) {
        if (!input.scopes.empty())
            refuse("scopes: an admin token has a capability in their place",
                   "leave kind out for a service token");
        return;
    }
    if (input.capability) refuse("capability: a service token has scopes in its place");
    if (input.scopes.empty())
        refuse("scopes: a service token needs one at least", "for example memory:read");
    if (input.private_data) refuse("privateData: admin tokens alone have it");
    if (global) refuse("global: a service token has one tenant");
    for (const std::string& scope : input.scopes)
        if (!service_ceiling().includes(runtime::ScopeSet::of({scope})))
            throw Error(Code::invalid_argument,
                        fmt::format("scopes: no service token may have {}", scope));
}

// Throws Error(conflict) when a valid token has the name.
Token insert(pg::Transaction& tx, const Tenant& tenant, const NewToken& made, Token token,
             const std::string& creator) {
    const pg::Result added =
        tx.query(sql::create, tenant.org, tenant.project, made.id, token.kind, token.name,
                 made.prefix, pg::Bytes{made.secret_sha256}, token.capability, token.scopes,
                 token.private_data, token.instance, token.posse, creator, token.expires_at);
    if (added.empty())
        throw Error(Code::conflict,
                    fmt::format("name: a valid token is called {} already", token.name),
                    "`stele token rotate ID` replaces it");
    return read_token(added[0], is_system(tenant));
}

// Throws Error(not_found); the row is locked.
Token look_up(pg::Transaction& tx, const Tenant& tenant, const Uuid& id) {
    const pg::Result found = tx.query(sql::get, tenant.org, tenant.project, id);
    if (found.empty())
        throw Error(Code::not_found, fmt::format("there is no token {}", id.text()),
                    "`stele token list` shows which there are");
    return read_token(found[0], is_system(tenant));
}

void end(pg::Transaction& tx, const Tenant& tenant, const Uuid& id,
         const std::optional<std::string>& reason) {
    tx.query(sql::revoke, tenant.org, tenant.project, id);
    const Timestamp until{now().micros + kRemembered};
    tx.query(sql::add_revocation, tenant.org, tenant.project, std::int32_t(id.bytes[15] & 7),
             kTokenRevoked, id.text(), until, reason);
}

void record(runtime::Context& context, pg::Transaction& tx, const std::string& id,
            std::vector<std::string> changed) {
    if (context.audit) context.audit->record(tx, context.caller, id, std::move(changed));
}

void notify_servers(runtime::Context& context) {
    const Tenant& system = system_tenant();
    jobs::wake(context, system.org, system.project, kNotification, runtime::Notifier::kAll);
}

std::optional<Credential> credential_of(const pg::Result& found) {
    if (found.empty()) return std::nullopt;
    const pg::Row row = found[0];
    Credential out;
    out.tenant = {row.get<Uuid>(0), row.get<Uuid>(1)};
    out.secret_sha256 = row.get<std::string>(5);
    Token token;
    token.kind = row.get<std::string>(3);
    token.capability = row.get<std::optional<std::string>>(6);
    token.scopes = row.get<std::vector<std::string>>(7);
    token.private_data = row.get<bool>(8);
    const bool admin = token.kind == "admin";
    token.global = admin && is_system(out.tenant);
    runtime::Caller& caller = out.caller;
    caller.kind = admin ? runtime::CallerKind::admin : runtime::CallerKind::service;
    caller.principal = token.kind + ":" + row.get<std::string>(4);
    caller.org = out.tenant.org;
    caller.project = out.tenant.project;
    caller.instance = row.get<std::string>(9);
    caller.posse = row.get<std::string>(10);
    caller.credential = row.get<Uuid>(2);
    caller.scopes = rights_of(token).scopes;
    caller.viewer.kind =
        token.private_data ? runtime::Viewer::Kind::all : runtime::Viewer::Kind::everybody;
    caller.any_tenant = token.global;
    if (const auto expires = row.get<std::optional<Timestamp>>(11))
        caller.expires = system_clock::time_point(std::chrono::microseconds(expires->micros));
    return out;
}

}  // namespace

Issued create(runtime::Context& context, const CreateInput& input) {
    const Tenant tenant = place_of(context.caller, input.global);
    const bool global = is_system(tenant);
    check(input, global);
    Token token;
    token.kind = reflect::name_of(input.kind);
    token.name = input.name;
    if (input.kind == TokenKind::admin)
        token.capability = reflect::name_of(input.capability.value_or(Capability::write));
    token.scopes = runtime::ScopeSet::of(input.scopes).names();
    token.private_data = input.private_data;
    token.global = global;
    token.instance = input.instance;
    token.posse = input.posse;
    token.expires_at = input.expires_at;
    require_may_issue(context.caller, rights_of(token));
    const NewToken made = new_token(input.kind);
    pg::Call call = call_in(context, tenant);
    call.repeatable = false;
    return context.db.transaction(call, [&](pg::Transaction& tx) {
        const Token added = insert(tx, tenant, made, token, context.caller.principal);
        record(context, tx, added.id, {"name", "kind", "scopes", "expiresAt"});
        return Issued{made.text, added};
    });
}

ListOutput list(runtime::Context& context, const ListInput& input) {
    const Tenant tenant = place_of(context.caller, input.global);
    const auto before = input.before ? Uuid::parse(*input.before) : std::nullopt;
    ListOutput out;
    for (const pg::Row row :
         context.db.once(call_in(context, tenant), sql::list, tenant.org, tenant.project,
                         input.revoked, before, std::int32_t(input.limit + 1)))
        out.tokens.push_back(read_token(row, is_system(tenant)));
    if (int(out.tokens.size()) > input.limit) {
        out.tokens.pop_back();
        out.next = out.tokens.back().id;
    }
    return out;
}

Issued rotate(runtime::Context& context, const RotateInput& input) {
    const Tenant tenant = place_of(context.caller, input.global);
    const Uuid id = *Uuid::parse(input.id);
    if (input.expires_at && *input.expires_at <= now())
        throw Error(Code::invalid_argument, "expiresAt: is over already");
    pg::Call call = call_in(context, tenant);
    call.repeatable = false;
    Issued out = context.db.transaction(call, [&](pg::Transaction& tx) {
        Token token = look_up(tx, tenant, id);
        if (token.revoked_at)
            throw Error(Code::conflict, "this token is revoked", "create another");
        require_may_issue(context.caller, rights_of(token));
        if (input.expires_at) token.expires_at = input.expires_at;
        if (token.expires_at && *token.expires_at <= now())
            throw Error(Code::invalid_argument, "expiresAt: the token is over", "say a new time");
        end(tx, tenant, id, "rotated");
        const NewToken made = new_token(rights_of(token).kind);
        const Token added = insert(tx, tenant, made, token, context.caller.principal);
        record(context, tx, id.text(), {"token", "expiresAt"});
        return Issued{made.text, added};
    });
    notify_servers(context);
    return out;
}

RevokeOutput revoke(runtime::Context& context, const RevokeInput& input) {
    const Tenant tenant = place_of(context.caller, input.global);
    const Uuid id = *Uuid::parse(input.id);
    RevokeOutput out = context.db.transaction(call_in(context, tenant), [&](pg::Transaction& tx) {
        const Token token = look_up(tx, tenant, id);
        require_may_issue(context.caller, rights_of(token));
        if (token.revoked_at) return RevokeOutput{id.text(), false};
        end(tx, tenant, id, input.reason);
        record(context, tx, id.text(), {"revokedAt"});
        return RevokeOutput{id.text(), true};
    });
    notify_servers(context);
    return out;
}

void keep_admin_token(runtime::Context& context, const std::string& text) {
    const auto parsed = parse_token(text);
    const auto id = parsed ? id_of_prefix(parsed->prefix) : std::nullopt;
    if (!id || parsed->kind != TokenKind::admin)
        throw Error(Code::configuration, "STELE_ADMIN_TOKEN: is no admin token",
                    "`stele token generate` makes one");
    const Tenant& system = system_tenant();
    context.db.once(call_in(context, system), sql::keep_admin_token, system.org, system.project,
                    *id, parsed->prefix, pg::Bytes{sha256_raw(parsed->secret)});
}

std::optional<Credential> find_token(runtime::Context& context, std::string_view prefix) {
    return credential_of(
        context.db.once(call_in(context, system_tenant()), sql::find_token, prefix));
}

std::optional<Credential> find_session(runtime::Context& context, std::string_view cookie) {
    const std::string hash = sha256_raw(cookie);
    return credential_of(
        context.db.once(call_in(context, system_tenant()), sql::find_session, pg::Bytes{hash}));
}

void open_session(runtime::Context& context, const Tenant& tenant, const Uuid& token,
                  std::string_view cookie, Timestamp expires) {
    const std::string hash = sha256_raw(cookie);
    context.db.once(call_in(context, tenant), sql::open_session, tenant.org, tenant.project,
                    Uuid::v7(), pg::Bytes{hash}, token, expires);
}

std::vector<Uuid> revoked_since(runtime::Context& context, std::map<Tenant, Seen>& seen) {
    std::vector<Uuid> orgs, projects, out;
    for (const auto& [tenant, ids] : seen) {
        orgs.push_back(tenant.org);
        projects.push_back(tenant.project);
    }
    const pg::Result heads =
        context.db.once(call_in(context, system_tenant()), sql::revocation_heads, orgs, projects);
    for (const pg::Row head : heads) {
        const Tenant tenant{head.get<Uuid>(0), head.get<Uuid>(1)};
        const auto shard = head.get<std::int32_t>(2);
        const auto last = head.get<std::int64_t>(3);
        std::int64_t& known = seen.at(tenant).at(std::size_t(shard));
        if (last <= known) continue;
        for (const pg::Row row : context.db.once(call_in(context, tenant), sql::revocations_after,
                                                 tenant.org, tenant.project, shard, known))
            if (const auto id = Uuid::parse(row.get<std::string>(0))) out.push_back(*id);
        known = last;
    }
    return out;
}

void note_used(runtime::Context& context, const Tenant& tenant, const std::vector<Uuid>& tokens) {
    context.db.once(call_in(context, tenant), sql::note_used, tenant.org, tenant.project, tokens);
}

std::string revocation_notification() {
    return jobs::notification_of(system_tenant().org, system_tenant().project, kNotification);
}

}  // namespace stele::identity
