#include "runtime/server_credentials.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace stele::runtime {

namespace {

constexpr std::string_view kPurpose = "stele_session";

std::string_view cookie_of(const http::Head& head, std::string_view name) {
    std::string_view rest = head.header("cookie").value_or("");
    while (!rest.empty()) {
        const auto end = std::min(rest.find(';'), rest.size());
        const std::string_view one = trim(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (one.size() > name.size() && one.starts_with(name) && one[name.size()] == '=')
            return one.substr(name.size() + 1);
    }
    return {};
}

std::int64_t seconds_of(std::chrono::system_clock::time_point time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

Judgement refusal(std::string why, bool had_token, int status = 401) {
    Judgement out;
    out.status = status;
    out.why = std::move(why);
    out.had_token = had_token;
    return out;
}

// The port of a Host header, for browsers keep one set of cookies for all ports of a host.
std::string_view port_of(std::string_view host) {
    const auto colon = host.rfind(':');
    if (colon == host.npos || host.find(']', colon) != host.npos) return "80";
    return host.substr(colon + 1);
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
        if (!options_.token.empty()) return refusal("the X-Stele-Token is not the hooks'", true);
    }
    if (options_.token.empty()) return known(CallerKind::local);
    const std::string_view cookie = cookie_of(head, cookie_name(head));
    if (!cookie.empty()) return judge_cookie(head, cookie);
    return refusal("a bearer token is needed: Authorization: Bearer <token>", false);
}

Judgement ServerCredentials::judge_token(std::string_view token) const {
    if (!options_.token.empty() && equal_constant_time(token, options_.token))
        return known(CallerKind::operator_token);
    if (!options_.hooks_token.empty() && equal_constant_time(token, options_.hooks_token))
        return known(CallerKind::hook);
    // Who is asked for no token may send one that is meant for another server.
    if (options_.token.empty()) return known(CallerKind::local);
    return refusal("this bearer token is not known here: Authorization: Bearer <token>", true);
}

Judgement ServerCredentials::judge_cookie(const http::Head& head, std::string_view value) const {
    if (!fresh(value, std::chrono::system_clock::now()))
        return refusal("this session is over: POST /auth/session with a bearer token again", true);
    if (head.method != "GET" && head.method != "HEAD") {
        // A page of a sibling domain may make a browser send the cookie; it cannot make it send
        // another page's Origin.
        const std::string own = fmt::format("{}://{}", is_https(head) ? "https" : "http",
                                            lower_ascii(head.header("host").value_or("")));
        const std::string_view type = head.header("content-type").value_or("");
        if (lower_ascii(head.header("origin").value_or("")) != own ||
            trim(type.substr(0, type.find(';'))) != "application/json")
            return refusal(
                "with a cookie, what is no GET needs this server's own Origin and the Content-Type "
                "application/json",
                false, 403);
    }
    return known(CallerKind::operator_token);
}

bool ServerCredentials::is_https(const http::Head& head) const {
    return options_.proxies.trusts(head.remote_address) &&
           head.header("x-forwarded-proto").value_or("") == "https";
}

std::string ServerCredentials::cookie_name(const http::Head& head) const {
    if (is_https(head)) return fmt::format("__Host-{}", kPurpose);
    return fmt::format("{}_{}", kPurpose, port_of(head.header("host").value_or("")));
}

// "<seconds since 1970 when it runs out>.<signature>": nothing has to be remembered, and another
// token makes all of them worthless.
bool ServerCredentials::fresh(std::string_view value,
                              std::chrono::system_clock::time_point now) const {
    const auto dot = value.find('.');
    if (dot == std::string_view::npos) return false;
    const std::string_view until = value.substr(0, dot);
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(until.data(), until.data() + until.size(), seconds);
    if (error != std::errc() || end != until.data() + until.size()) return false;
    return equal_constant_time(value.substr(dot + 1), sign(until)) && seconds > seconds_of(now);
}

std::string ServerCredentials::sign(std::string_view until) const {
    return hmac_sha256_hex(options_.token, fmt::format("{}:{}", kPurpose, until));
}

std::optional<http::Header> ServerCredentials::cookie(
    const http::Head& head, const Caller& caller, std::chrono::system_clock::time_point now) const {
    if (options_.token.empty() || caller.kind != CallerKind::operator_token) return std::nullopt;
    const std::string until = std::to_string(seconds_of(now + kSession));
    return http::Header{
        "Set-Cookie",
        fmt::format("{}={}.{}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}{}", cookie_name(head),
                    until, sign(until), std::chrono::seconds(kSession).count(),
                    is_https(head) ? "; Secure" : "")};
}

}  // namespace stele::runtime
