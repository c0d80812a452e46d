#include "runtime/caller/session_cookie.hpp"

#include <fmt/format.h>

#include "foundation/base/text.hpp"

namespace stele::runtime {

namespace {

constexpr std::string_view kName = "stele_session";

// The port of a Host header, for browsers keep one set of cookies for all ports of a host.
std::string_view port_of(std::string_view host) {
    const auto colon = host.rfind(':');
    if (colon == host.npos || host.find(']', colon) != host.npos) return "80";
    return host.substr(colon + 1);
}

}  // namespace

std::string_view SessionCookie::value_of(const http::Head& head) const {
    const std::string name = name_for(head);
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

http::Header SessionCookie::set(const http::Head& head, std::string_view value,
                                std::chrono::seconds good_for) const {
    return {"Set-Cookie",
            fmt::format("{}={}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}{}", name_for(head),
                        value, good_for.count(), is_https(head) ? "; Secure" : "")};
}

std::optional<Judgement> SessionCookie::refusal(const http::Head& head) const {
    if (head.method == "GET" || head.method == "HEAD") return std::nullopt;
    // A page of a sibling domain may make a browser send the cookie; it cannot make it send another
    // page's Origin.
    const std::string own = fmt::format("{}://{}", is_https(head) ? "https" : "http",
                                        lower_ascii(head.header("host").value_or("")));
    const std::string_view type = head.header("content-type").value_or("");
    if (lower_ascii(head.header("origin").value_or("")) == own &&
        trim(type.substr(0, type.find(';'))) == "application/json")
        return std::nullopt;
    return refused(
        "with a cookie, what is no GET needs this server's own Origin and the Content-Type "
        "application/json",
        false, 403);
}

bool SessionCookie::is_https(const http::Head& head) const {
    return proxies_.trusts(head.remote_address) &&
           head.header("x-forwarded-proto").value_or("") == "https";
}

std::string SessionCookie::name_for(const http::Head& head) const {
    if (is_https(head)) return fmt::format("__Host-{}", kName);
    return fmt::format("{}_{}", kName, port_of(head.header("host").value_or("")));
}

}  // namespace stele::runtime
