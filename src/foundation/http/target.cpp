#include "foundation/http/target.hpp"

#include "foundation/http/ascii.hpp"

namespace stele::http {

namespace {

int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    const char l = lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

bool is_host_char(char c) {
    return is_alnum(c) || c == '.' || c == '-' || c == '_';
}
bool is_address_char(char c) {
    return hex_value(c) >= 0 || c == ':' || c == '.';
}

std::optional<Refusal> parse_query(std::string_view text, Head& head) {
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), pair.size() + 1));
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        auto name = percent_decode(pair.substr(0, equals), true);
        auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
        if (!name || !value)
            return Refusal{400, "The query of the URL holds an invalid percent-encoding or a NUL"};
        head.query.emplace_back(std::move(*name), std::move(*value));
    }
    return std::nullopt;
}

// "http://host/path?query" → "/path?query", when the host is the one in the Host header.
std::optional<std::string> origin_form(std::string_view raw, std::string_view authority) {
    std::size_t scheme = 0;
    for (const std::string_view each : {"http://", "https://"})
        if (iequals(raw.substr(0, each.size()), each)) scheme = each.size();
    if (scheme == 0) return std::nullopt;
    raw.remove_prefix(scheme);
    const std::string_view host = raw.substr(0, raw.find_first_of("/?"));
    if (!is_authority(host) || !iequals(host, authority)) return std::nullopt;
    raw.remove_prefix(host.size());
    return (raw.empty() || raw.front() == '?' ? "/" : "") + std::string(raw);
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '+' && plus_is_blank) c = ' ';
        if (c == '%') {
            if (text.size() - i < 3) return std::nullopt;
            const int high = hex_value(text[i + 1]);
            const int low = hex_value(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            c = char(high * 16 + low);
            i += 2;
        }
        if (c == '\0') return std::nullopt;
        out += c;
    }
    return out;
}

bool is_authority(std::string_view text) {
    std::size_t host = 0;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos || end < 3) return false;
        const std::string_view address = text.substr(1, end - 1);
        if (!std::all_of(address.begin(), address.end(), is_address_char)) return false;
        host = end + 1;
    } else {
        while (host < text.size() && is_host_char(text[host])) ++host;
        if (host == 0) return false;
    }
    const std::string_view port = text.substr(host);
    if (port.empty()) return true;
    return port.front() == ':' && port.size() <= 6 &&
           std::all_of(port.begin() + 1, port.end(), is_digit);
}

std::optional<Refusal> parse_target(std::string_view raw, std::string_view authority, Head& head) {
    for (const char c : raw)
        if (!is_field_char(c) || c == '\t' || c == '#')
            return Refusal{400, "The request target holds a control character or a fragment"};
    if (raw == "*") {
        if (head.method != "OPTIONS") return Refusal{400, "The target * belongs to OPTIONS alone"};
        head.target = head.path = raw;
        return std::nullopt;
    }
    if (raw.starts_with('/')) {
        head.target = raw;
    } else {
        auto target = origin_form(raw, authority);
        if (!target)
            return Refusal{
                400,
                "The request target must be a path, or an http URL whose host is the one "
                "in the Host header"};
        head.target = std::move(*target);
    }
    const std::string_view target = head.target;
    const std::size_t mark = std::min(target.find('?'), target.size());
    auto path = percent_decode(target.substr(0, mark), false);
    if (!path) return Refusal{400, "The path holds an invalid percent-encoding or a NUL"};
    head.path = std::move(*path);
    return parse_query(target.substr(std::min(mark + 1, target.size())), head);
}

}  // namespace stele::http
