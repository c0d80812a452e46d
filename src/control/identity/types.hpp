// Tokens of the API: what their operations take and give.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "control/identity/rights.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/reflect.hpp"

namespace stele::reflect {

template <>
struct EnumNames<identity::TokenKind> {
    static constexpr std::array<std::pair<identity::TokenKind, std::string_view>, 2> values{
        {{identity::TokenKind::admin, "admin"}, {identity::TokenKind::service, "service"}}};
};

// What may be asked for; `all` is the environment's token's alone.
template <>
struct EnumNames<identity::Capability> {
    static constexpr std::array<std::pair<identity::Capability, std::string_view>, 3> values{
        {{identity::Capability::read, "read"},
         {identity::Capability::write, "write"},
         {identity::Capability::approve, "approve"}}};
};

}  // namespace stele::reflect

namespace stele::identity {

using reflect::field;
using reflect::fields;

struct Token {
    std::string id, kind, name, prefix;
    std::optional<std::string> capability;
    std::vector<std::string> scopes;
    bool private_data = false, global = false;
    std::string instance, posse, created_by;
    Timestamp created_at;
    std::optional<Timestamp> expires_at, last_used_at, revoked_at;
    template <class S = Token>
    static auto describe() {
        return fields(
            field("id", &S::id, "Names it in token.rotate and token.revoke"),
            field("kind", &S::kind, "admin or service"), field("name", &S::name, "What it is for"),
            field("prefix", &S::prefix, "How its text begins"),
            field("capability", &S::capability, "Of an admin token: read, write, approve or all"),
            field("scopes", &S::scopes, "Of a service token: what it may"),
            field("privateData", &S::private_data, "It sees what belongs to users alone"),
            field("global", &S::global, "X-Stele-Org and -Project choose its tenant"),
            field("instance", &S::instance, "The name that it calls under; empty: none"),
            field("posse", &S::posse, "The group of agents it belongs to, or empty"),
            field("createdBy", &S::created_by, "Principal that issued it"),
            field("createdAt", &S::created_at, "When it was issued"),
            field("expiresAt", &S::expires_at, "When it is over; never when left out"),
            field("lastUsedAt", &S::last_used_at, "To the minute; left out: it was not used"),
            field("revokedAt", &S::revoked_at, "Left out: it is valid"));
    }
};

template <class S>
auto global_field() {
    return field("global", &S::global, "Among the tokens that may choose their tenant");
}

struct CreateInput {
    std::string name;
    TokenKind kind = TokenKind::service;
    std::optional<Capability> capability;
    std::vector<std::string> scopes;
    bool private_data = false, global = false;
    std::string instance, posse;
    std::optional<Timestamp> expires_at;
    template <class S = CreateInput>
    static auto describe() {
        return fields(
            field("name", &S::name, "What it is for; one token of a name is valid at a time")
                .required()
                .positional()
                .min_bytes(1)
                .max_bytes(limits::kNameBytes),
            field("kind", &S::kind, "service: a program with the scopes named; admin: a person"),
            field("capability", &S::capability,
                  "Of an admin token: read, write (all but to approve; the default), or approve"),
            field("scopes", &S::scopes, "Of a service token: memory:read, job:work, …")
                .max_items(runtime::ScopeSet::kMost),
            field("privateData", &S::private_data,
                  "An admin token that sees what belongs to users alone"),
            global_field<S>(),
            field("instance", &S::instance, "The agent's name that a service calls under")
                .max_bytes(limits::kNameBytes),
            field("posse", &S::posse, "The group of agents that a service belongs to")
                .max_bytes(limits::kNameBytes),
            field("expiresAt", &S::expires_at, "When it is over; never when left out"));
    }
};

// The only answer that ever holds a token's text.
struct Issued {
    std::string token;
    Token details;
    template <class S = Issued>
    static auto describe() {
        return fields(
            field("token", &S::token, "The bearer token: shown now and never again").secret(),
            field("details", &S::details, "What it is"));
    }
};

struct ListInput {
    bool global = false, revoked = false;
    int limit = limits::kPage;
    std::optional<std::string> before;
    template <class S = ListInput>
    static auto describe() {
        return fields(
            global_field<S>(), field("revoked", &S::revoked, "Those that are revoked or over, too"),
            field("limit", &S::limit, "How many").clamp(1, limits::kPage),
            field("before", &S::before, "next of the page before this one").format("uuid"));
    }
};

struct ListOutput {
    std::vector<Token> tokens;
    std::optional<std::string> next;
    template <class S = ListOutput>
    static auto describe() {
        return fields(field("tokens", &S::tokens, "Newest first"),
                      field("next", &S::next, "before of the next page; left out: there is none"));
    }
};

template <class S>
auto id_field() {
    return field("id", &S::id, "Id of the token").required().positional().format("uuid");
}

struct RotateInput {
    std::string id;
    bool global = false;
    std::optional<Timestamp> expires_at;
    template <class S = RotateInput>
    static auto describe() {
        return fields(id_field<S>(), global_field<S>(),
                      field("expiresAt", &S::expires_at, "Of the new one; left out: as before"));
    }
};

struct RevokeInput {
    std::string id;
    bool global = false;
    std::optional<std::string> reason;
    template <class S = RevokeInput>
    static auto describe() {
        return fields(
            id_field<S>(), global_field<S>(),
            field("reason", &S::reason, "Kept with the revocation").max_bytes(limits::kNameBytes));
    }
};

struct RevokeOutput {
    std::string id;
    bool revoked = false;
    template <class S = RevokeOutput>
    static auto describe() {
        return fields(field("id", &S::id, "The token"),
                      field("revoked", &S::revoked, "false: it was revoked before"));
    }
};

}  // namespace stele::identity
