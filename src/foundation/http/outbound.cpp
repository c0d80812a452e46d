#include "foundation/http/outbound.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <span>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"

namespace stele::http {

namespace {

struct Block {
    std::array<unsigned char, 16> prefix;
    int bits;
    std::string_view kind;
};

// IANA's special-purpose addresses, the narrower block first.
constexpr Block kBlocks4[] = {
    {{0}, 8, "an address of this host"},
    {{10}, 8, "a private address"},
    {{100, 64}, 10, "a carrier's private address"},
    {{127}, 8, "a loopback address"},
    {{169, 254}, 16, "a link-local address"},
    {{172, 16}, 12, "a private address"},
    {{192, 0, 0}, 24, "a reserved address"},
    {{192, 0, 2}, 24, "a reserved address"},
    {{192, 88, 99}, 24, "a 6to4 address"},
    {{192, 168}, 16, "a private address"},
    {{198, 18}, 15, "a reserved address"},
    {{198, 51, 100}, 24, "a reserved address"},
    {{203, 0, 113}, 24, "a reserved address"},
    {{224}, 4, "a multicast address"},
    {{240}, 4, "a reserved address"},
};

// What is not named here and lies outside 2000::/3 is no global unicast address either.
constexpr Block kBlocks6[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 128, "an address of this host"},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, "a loopback address"},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, "a mapped IPv4 address"},
    {{0x00, 0x64, 0xff, 0x9b}, 32, "a NAT64 address"},
    {{0xfc}, 7, "a unique local address"},
    {{0xfe, 0x80}, 10, "a link-local address"},
    {{0xff}, 8, "a multicast address"},
    {{0x20, 0x02}, 16, "a 6to4 address"},
    {{0x20, 0x01, 0x0d, 0xb8}, 32, "a reserved address"},
    {{0x20, 0x01, 0x00}, 23, "a reserved address"},
    {{0x3f, 0xff, 0x00}, 20, "a reserved address"},
};

// Ports on which no HTTP server listens, so that a request there is words for another protocol:
// WHATWG Fetch's "bad ports", and the well-known ones of databases, queues and remote shells.
constexpr int kOtherProtocols[] = {
    1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,    25,    37,
    42,   43,   53,   69,   77,   79,   87,   95,   101,  102,  103,  104,   109,   110,
    111,  113,  115,  117,  119,  123,  135,  137,  139,  143,  161,  179,   389,   427,
    445,  465,  512,  513,  514,  515,  526,  530,  531,  532,  540,  548,   554,   556,
    563,  587,  601,  636,  873,  989,  990,  993,  995,  1433, 1521, 1719,  1720,  1723,
    2049, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5433, 5672, 5900,  6000,  6379,
    6432, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9042, 9092, 10080, 11211, 27017,
};
static_assert(std::ranges::is_sorted(kOtherProtocols));

bool lies_in(std::span<const unsigned char> address, const Block& block) {
    for (int bit = 0; bit < block.bits; bit += 8) {
        const int left = std::min(8, block.bits - bit);
        const int mask = 0xff << (8 - left);
        if ((address[std::size_t(bit) / 8] & mask) != block.prefix[std::size_t(bit) / 8])
            return false;
    }
    return true;
}

std::string_view kind_in(std::span<const Block> blocks, std::span<const unsigned char> address) {
    for (const Block& block : blocks)
        if (lies_in(address, block)) return block.kind;
    return {};
}

std::string_view kind_of(const in_addr& address) {
    return kind_in(kBlocks4, {reinterpret_cast<const unsigned char*>(&address), sizeof address});
}

std::string_view kind_of(const in6_addr& address) {
    const std::string_view known = kind_in(kBlocks6, address.s6_addr);
    const bool global = (address.s6_addr[0] & 0xe0) == 0x20;
    return known.empty() && !global ? "a reserved address" : known;
}

// For a host that is an address; "" for a name, which only connecting resolves.
std::string_view kind_of_literal(const std::string& host) {
    in_addr four;
    in6_addr six;
    if (inet_pton(AF_INET, host.c_str(), &four) == 1) return kind_of(four);
    if (inet_pton(AF_INET6, host.c_str(), &six) == 1) return kind_of(six);
    return {};
}

}  // namespace

HostList::HostList(std::string_view text) {
    for (std::string_view host : comma_list(text)) {
        if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
        hosts_.push_back(lower_ascii(host));
    }
}

bool HostList::names(std::string_view host) const {
    return std::ranges::any_of(hosts_, [&](std::string_view known) {
        return known.starts_with("*.") ? host.ends_with(known.substr(1)) : host == known;
    });
}

OutboundPolicy OutboundPolicy::own(const std::string& url, std::string bearer) {
    OutboundPolicy out;
    out.bearer = std::move(bearer);
    out.any_port = true;
    out.setting = "the setting";
    try {
        out.named.add(parse_url(url).host);
    } catch (const Error&) {
        return out;
    }
    out.trusted = out.named;
    return out;
}

OutboundPolicy OutboundPolicy::others(std::string_view setting, std::string_view hosts,
                                      std::string bearer) {
    OutboundPolicy out;
    out.named = out.trusted = HostList(hosts);
    out.bearer = std::move(bearer);
    out.setting = setting;
    return out;
}

std::string OutboundPolicy::refusal(const Url& url) const {
    if (!any_port && std::ranges::binary_search(kOtherProtocols, url.port))
        return fmt::format("port {} belongs to another protocol than HTTP", url.port);
    if (named.names(url.host)) return {};
    const std::string_view kind = kind_of_literal(url.host);
    return kind.empty() ? std::string()
                        : fmt::format("{} is {}, and {} does not name it", url.host, kind, setting);
}

std::string_view kind_of_address(const sockaddr& address) {
    if (address.sa_family == AF_INET)
        return kind_of(reinterpret_cast<const sockaddr_in&>(address).sin_addr);
    if (address.sa_family == AF_INET6)
        return kind_of(reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
    return "no internet address";
}

}  // namespace stele::http
