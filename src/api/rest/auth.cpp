#include "api/rest/auth.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace stele::api::rest {

namespace {

constexpr std::string_view kName = "stele_session";

std::string_view cookie_of(const http::Head& head) {
    std::string_view rest = head.header("cookie").value_or("");
    while (!rest.empty()) {
        const auto end = std::min(rest.find(';'), rest.size());
        const std::string_view one = trim(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (one.size() > kName.size() && one.starts_with(kName) && one[kName.size()] == '=')
            return one.substr(kName.size() + 1);
    }
    return {};
}

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

bool Auth::knows(const http::Head& head) const {
    if (!needed()) return true;
    const std::string_view bearer = bearer_of(head);
    if (!bearer.empty()) return equal_constant_time(bearer, token_);
    const std::string_view cookie = cookie_of(head);
    return !cookie.empty() && fresh(cookie, std::chrono::system_clock::now());
}

// "<seconds since 1970 when it runs out>.<signature>": nothing has to be remembered, and another
// token makes all of them worthless.
bool Auth::fresh(std::string_view value, std::chrono::system_clock::time_point now) const {
    const auto dot = value.find('.');
    if (dot == std::string_view::npos) return false;
    const std::string_view until = value.substr(0, dot);
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(until.data(), until.data() + until.size(), seconds);
    if (error != std::errc() || end != until.data() + until.size()) return false;
    return equal_constant_time(value.substr(dot + 1), sign(until)) && seconds > seconds_of(now);
}

std::string Auth::sign(std::string_view until) const {
    return hmac_sha256_hex(token_, fmt::format("{}:{}", kName, until));
}

http::Header Auth::cookie(const http::Head& head, std::chrono::system_clock::time_point now) const {
    const std::string until = std::to_string(seconds_of(now + kSession));
    const bool https = head.header("x-forwarded-proto").value_or("") == "https";
    return {
        "Set-Cookie",
        fmt::format("{}={}.{}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}{}", kName, until,
                    sign(until), std::chrono::seconds(kSession).count(), https ? "; Secure" : "")};
}

}  // namespace stele::api::rest
