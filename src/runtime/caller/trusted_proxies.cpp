#include "runtime/caller/trusted_proxies.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"

namespace stele::runtime {

namespace {

std::vector<unsigned char> bytes_of(std::string_view text) {
    const std::string address(text);
    std::vector<unsigned char> out(16);
    if (::inet_pton(AF_INET6, address.c_str(), out.data()) == 1) {
        // ::ffff:10.0.0.1 is 10.0.0.1, as a socket for both families shows it.
        const bool mapped = std::all_of(out.begin(), out.begin() + 10, [](auto b) { return !b; }) &&
                            out[10] == 0xff && out[11] == 0xff;
        if (mapped) out.erase(out.begin(), out.begin() + 12);
        return out;
    }
    out.resize(4);
    if (::inet_pton(AF_INET, address.c_str(), out.data()) == 1) return out;
    return {};
}

std::optional<int> bits_of(std::string_view text, int most) {
    int bits = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
    if (error != std::errc() || end != text.data() + text.size() || bits < 0 || bits > most)
        return std::nullopt;
    return bits;
}

}  // namespace

TrustedProxies::TrustedProxies(std::string_view list) {
    for (const std::string_view one : comma_list(list)) {
        const auto slash = std::min(one.find('/'), one.size());
        Network network{bytes_of(one.substr(0, slash)), 0};
        const int most = int(network.address.size()) * 8;
        const auto bits = slash == one.size() ? most : bits_of(one.substr(slash + 1), most);
        if (network.address.empty() || !bits)
            throw Error(Code::configuration,
                        fmt::format("server.trustedProxies: \"{}\" is no address or network",
                                    excerpt(one, 60)),
                        "for example 127.0.0.1, 10.0.0.0/8");
        network.bits = *bits;
        networks_.push_back(std::move(network));
    }
}

bool TrustedProxies::trusts(std::string_view address) const {
    const auto bytes = bytes_of(address);
    return std::ranges::any_of(networks_, [&](const Network& network) {
        if (bytes.empty() || network.address.size() != bytes.size()) return false;
        for (int bit = 0; bit < network.bits; ++bit) {
            const unsigned mask = 0x80U >> (bit % 8);
            if ((bytes[std::size_t(bit) / 8] ^ network.address[std::size_t(bit) / 8]) & mask)
                return false;
        }
        return true;
    });
}

}  // namespace stele::runtime
