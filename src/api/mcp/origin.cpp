#include "api/mcp/origin.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace stele::mcp {

namespace {

std::string normal(std::string_view origin) {
    std::string out(trim(origin));
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    if (out.ends_with('/')) out.pop_back();
    return out;
}

bool is_port(std::string_view text) {
    return text.empty() || (text.front() == ':' && text.size() > 1 && text.size() <= 6 &&
                            text.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

}  // namespace

bool is_loopback_origin(std::string_view origin) {
    const std::string text = normal(origin);
    const auto scheme_end = text.find("://");
    if (scheme_end == std::string::npos || scheme_end == 0) return false;
    const std::string_view authority = std::string_view(text).substr(scheme_end + 3);
    for (const std::string_view host : {"localhost", "127.0.0.1", "[::1]"})
        if (authority.starts_with(host) && is_port(authority.substr(host.size()))) return true;
    return false;
}

std::vector<std::string> parse_origins(std::string_view comma_separated) {
    std::vector<std::string> out;
    while (!comma_separated.empty()) {
        const auto comma = comma_separated.find(',');
        if (std::string origin = normal(comma_separated.substr(0, comma)); !origin.empty())
            out.push_back(std::move(origin));
        if (comma == std::string_view::npos) break;
        comma_separated.remove_prefix(comma + 1);
    }
    return out;
}

bool may_call(std::string_view origin, const std::vector<std::string>& allowed) {
    if (is_loopback_origin(origin)) return true;
    return std::find(allowed.begin(), allowed.end(), normal(origin)) != allowed.end();
}

}  // namespace stele::mcp
