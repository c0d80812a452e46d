// URLs that others register, and names that they put into paths.
#include "foundation/http/url.hpp"

#include "foundation/http/outbound.hpp"
#include "fuzz.hpp"

using namespace stele;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(fuzz::text_of(data, size));
    http::Url url;
    if (fuzz::accepts([&] { url = http::parse_url(text); })) {
        fuzz::require(url.port >= 1 && url.port <= 65535, "a port is one");
        fuzz::require(!url.host.empty() && url.host.find_first_of("/@?# %\\") == url.host.npos,
                      "a host is one");
        http::OutboundPolicy::others("mesh.peerHosts", "10.0.0.1").refusal(url);
    }
    fuzz::accepts([&] { http::checked_url(text); });
    fuzz::accepts([&] { http::endpoint_url(text, "embeddings", "embedding"); });
    std::string segment;
    if (fuzz::accepts([&] { segment = http::path_segment(text); }))
        fuzz::require(segment.find_first_of("/?#\r\n ") == segment.npos, "a segment is one");
    return 0;
}
