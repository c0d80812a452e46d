#include "doors/rest/origins.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/text.hpp"

namespace stele::rest {

namespace {

std::string normal(std::string_view origin) {
    std::string out = lower_ascii(trim(origin));
    if (out.ends_with('/')) out.pop_back();
    return out;
}

bool is_port(std::string_view text) {
    return text.empty() || (text.front() == ':' && text.size() > 1 && text.size() <= 6 &&
                            text.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

// "https://app.example:8443" → "app.example:8443"
std::string_view authority_of(std::string_view origin) {
    const auto scheme_end = origin.find("://");
    if (scheme_end == origin.npos || scheme_end == 0) return {};
    return origin.substr(scheme_end + 3);
}

// An address is no name that somebody's DNS could point here.
bool is_address(std::string_view host) {
    if (host.starts_with('['))
        return host.find(']') != host.npos && is_port(host.substr(host.find(']') + 1));
    const auto digits = std::min(host.find_first_not_of("0123456789."), host.size());
    return digits > 0 && is_port(host.substr(digits));
}

}  // namespace

bool is_loopback_origin(std::string_view origin) {
    const std::string text = normal(origin);
    const std::string_view authority = authority_of(text);
    for (const std::string_view host : {"localhost", "127.0.0.1", "[::1]"})
        if (authority.starts_with(host) && is_port(authority.substr(host.size()))) return true;
    return false;
}

Origins::Origins(std::string_view allowed, bool token) : token_(token) {
    for (const std::string_view one : comma_list(allowed)) allowed_.push_back(normal(one));
    any_ = std::erase(allowed_, "*") > 0;
}

bool Origins::may_come(std::string_view origin, std::string_view host) const {
    const std::string page = normal(origin);
    if (any_ || is_loopback_origin(page)) return true;
    if (std::ranges::find(allowed_, page) != allowed_.end()) return true;
    return token_ && (allowed_.empty() || authority_of(page) == lower_ascii(host));
}

bool Origins::is_ours(std::string_view host) const {
    const std::string name = lower_ascii(host);
    if (any_ || name.empty() || is_address(name)) return true;
    if (is_loopback_origin("http://" + name)) return true;
    return std::ranges::any_of(allowed_,
                               [&](const std::string& page) { return authority_of(page) == name; });
}

std::string Origins::refusal(const http::Head& head) const {
    const std::string_view host = head.header("host").value_or("");
    if (const auto origin = head.header("origin"); origin && !may_come(*origin, host))
        return fmt::format(
            "pages of {} may not call this server: name them in STELE_SERVER_ALLOWED_ORIGINS",
            excerpt(*origin, 200));
    if (!token_ && !is_ours(host))
        return fmt::format(
            "{} is not this machine: a server without a token answers to localhost alone; set "
            "STELE_TOKEN, or name the origin in STELE_SERVER_ALLOWED_ORIGINS",
            excerpt(host, 200));
    return {};
}

bool Origins::asks_first(const http::Head& head) {
    return head.method == "OPTIONS" && head.header("origin") &&
           head.header("access-control-request-method");
}

http::Response Origins::answer() {
    http::Response out;
    out.status = 204;
    out.content_type.clear();
    out.headers = {{"Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE"},
                   {"Access-Control-Allow-Headers",
                    "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, "
                    "MCP-Protocol-Version, Mcp-Session-Id, X-Request-Id, X-Stele-Instance, "
                    "X-Stele-Org, X-Stele-Posse, X-Stele-Project, X-Stele-Scope, X-Stele-Token"},
                   {"Access-Control-Max-Age", "600"}};
    return out;
}

void Origins::let_read(const http::Head& head, http::Response& response) const {
    const auto origin = head.header("origin");
    if (!origin || !may_come(*origin, head.header("host").value_or(""))) return;
    response.headers.push_back({"Access-Control-Allow-Origin", std::string(*origin)});
    response.headers.push_back(
        {"Access-Control-Expose-Headers", "Mcp-Session-Id, Retry-After, X-Request-Id"});
    response.headers.push_back({"Vary", "Origin"});
}

}  // namespace stele::rest
