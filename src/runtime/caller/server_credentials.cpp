#include "runtime/caller/server_credentials.hpp"

#include <fmt/format.h>

#include <charconv>

#include "foundation/base/hash.hpp"
#include "foundation/base/text.hpp"

namespace stele::runtime {

namespace {

constexpr std::string_view kPurpose = "stele_session";

std::int64_t seconds_of(std::chrono::system_clock::time_point time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

std::string_view bearer_of(const http::Head& head) {
    constexpr std::string_view kBearer = "bearer ";
    const auto header = head.header("authorization");
    if (!header || header->size() <= kBearer.size() ||
        lower_ascii(header->substr(0, kBearer.size())) != kBearer)
        return {};
    return trim(header->substr(kBearer.size()));
}

Judgement ServerCredentials::known(CallerKind kind) const {
    Judgement out;
    out.kind = Judgement::Kind::known;
    out.caller = options_.home;
    out.caller.kind = kind;
    out.caller.principal = name_of(kind);
    if (kind == CallerKind::hook) {
        out.caller.any_tenant = false;
        out.caller.scopes = ScopeSet::of({"job:write"});
        out.caller.viewer.kind = Viewer::Kind::everybody;
    }
    return out;
}

Judgement ServerCredentials::judge(const http::Head& head) const {
    if (head.header("authorization")) return judge_token(bearer_of(head));
    if (const auto own = head.header("x-stele-token")) {
        const bool hook =
            !options_.hooks_token.empty() && equal_constant_time(trim(*own), options_.hooks_token);
        if (hook) return known(CallerKind::hook);
        if (!options_.token.empty()) return refused("the X-Stele-Token is not the hooks'", true);
    }
    if (options_.token.empty()) return known(CallerKind::local);
    const std::string_view cookie = cookie_.value_of(head);
    if (!cookie.empty()) return judge_cookie(head, cookie);
    return refused("a bearer token is needed: Authorization: Bearer <token>", false);
}

Judgement ServerCredentials::judge_token(std::string_view token) const {
    if (!options_.token.empty() && equal_constant_time(token, options_.token))
        return known(CallerKind::operator_token);
    if (!options_.hooks_token.empty() && equal_constant_time(token, options_.hooks_token))
        return known(CallerKind::hook);
    // Who is asked for no token may send one that is meant for another server.
    if (options_.token.empty()) return known(CallerKind::local);
    return refused("this bearer token is not known here: Authorization: Bearer <token>", true);
}

Judgement ServerCredentials::judge_cookie(const http::Head& head, std::string_view value) const {
    const auto end = end_of(value);
    if (!end || *end <= seconds_of(std::chrono::system_clock::now()))
        return refused("this session is over: POST /auth/session with a bearer token again", true);
    if (auto refusal = cookie_.refusal(head)) return *refusal;
    Judgement out = known(CallerKind::operator_token);
    out.caller.expires = std::chrono::system_clock::time_point(std::chrono::seconds(*end));
    return out;
}

// "<seconds since 1970 when it runs out>.<signature>": nothing has to be remembered, and another
// token makes all of them worthless.
std::optional<std::int64_t> ServerCredentials::end_of(std::string_view value) const {
    const auto dot = value.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const std::string_view until = value.substr(0, dot);
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(until.data(), until.data() + until.size(), seconds);
    if (error != std::errc() || end != until.data() + until.size()) return std::nullopt;
    if (!equal_constant_time(value.substr(dot + 1), sign(until))) return std::nullopt;
    return seconds;
}

std::string ServerCredentials::sign(std::string_view until) const {
    return hmac_sha256_hex(options_.token, fmt::format("{}:{}", kPurpose, until));
}

std::optional<Cookie> ServerCredentials::cookie(const http::Head& head, const Caller& caller,
                                                std::chrono::system_clock::time_point now) const {
    if (options_.token.empty() || caller.kind != CallerKind::operator_token) return std::nullopt;
    const std::string until = std::to_string(seconds_of(now + kSession));
    return Cookie{cookie_.set(head, until + "." + sign(until), kSession), kSession};
}

}  // namespace stele::runtime
