#include "runtime/caller/authenticator.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/text.hpp"
#include "runtime/caller/scope_path.hpp"

namespace stele::runtime {

namespace {

Uuid uuid_of(const http::Head& head, const char* name, const Uuid& own, bool may_choose) {
    const auto value = head.header(name);
    if (!value) return own;
    const auto parsed = Uuid::parse(*value);
    if (!parsed) throw Error(Code::invalid_argument, fmt::format("{}: expected a UUID", name));
    if (*parsed != own && !may_choose)
        throw Error(Code::forbidden, fmt::format("{}: this credential is another tenant's", name),
                    "leave the header out: the credential says which tenant is meant");
    return *parsed;
}

std::string text_of(const http::Head& head, const char* name, const std::string& own,
                    bool may_choose) {
    const auto value = head.header(name);
    if (!value) return own;
    if (value->empty() || value->size() > limits::kScopeBytes || invalid_utf8_at(*value))
        throw Error(Code::invalid_argument, fmt::format("{}: empty, too long or not UTF-8", name));
    if (*value != own && !may_choose)
        throw Error(Code::forbidden, fmt::format("{}: this credential has another", name),
                    "leave the header out");
    return std::string(*value);
}

}  // namespace

Judgement refused(std::string why, bool had_token, int status) {
    Judgement out;
    out.status = status;
    out.why = std::move(why);
    out.had_token = had_token;
    return out;
}

http::Header challenge(const Judgement& judgement) {
    return {"WWW-Authenticate", judgement.had_token ? "Bearer error=\"invalid_token\"" : "Bearer"};
}

http::Header insufficient_scope(std::string_view needed) {
    return {"WWW-Authenticate",
            fmt::format("Bearer error=\"insufficient_scope\", scope=\"{}\"", needed)};
}

void apply_headers(const http::Head& head, Caller& caller) {
    const bool places = caller.kind == CallerKind::local ||
                        caller.kind == CallerKind::operator_token ||
                        caller.kind == CallerKind::admin;
    caller.org = uuid_of(head, "x-stele-org", caller.org, caller.any_tenant);
    caller.project = uuid_of(head, "x-stele-project", caller.project, caller.any_tenant);
    caller.instance = text_of(head, "x-stele-instance", caller.instance, places);
    caller.posse = text_of(head, "x-stele-posse", caller.posse, places);
    caller.scope = normal_scope(text_of(head, "x-stele-scope", caller.scope, true));
    if (caller.scope != "global" && !caller.scope.starts_with("project:"))
        throw Error(Code::invalid_argument, "x-stele-scope: expected global or project:<path>");
    // To ignore it would show all that the credential sees to somebody who asked as one user.
    if (head.header("x-stele-user"))
        throw Error(Code::unsupported, "x-stele-user: there are no users here yet");
}

}  // namespace stele::runtime
