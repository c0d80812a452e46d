#include "mesh/peers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"

namespace stele::mesh {

namespace {

constexpr std::chrono::milliseconds kHealthTime{5'000};
constexpr std::chrono::milliseconds kPollTime{15'000};
constexpr std::chrono::milliseconds kConnectTime{5'000};
constexpr std::size_t kReplyBytes = 4 << 20;
constexpr std::size_t kShownBytes = 300;

// "https://peer.example:7600/x" → "peer.example"
std::string host_of(std::string_view url) {
    const auto scheme_end = url.find("://");
    if (scheme_end != url.npos) url.remove_prefix(scheme_end + 3);
    url = url.substr(0, url.find('/'));
    const auto port = url.find(':', url.starts_with('[') ? url.find(']') : 0);
    return lower_ascii(url.substr(0, port));
}

}  // namespace

std::string PeerAnswer::said() const {
    std::string detail = text_of(body, "detail");
    if (detail.empty()) detail = text_of(body, "error");
    return excerpt(detail.empty() ? fmt::format("it answered {}", status)
                                  : fmt::format("it answered {}: {}", status, detail),
                   kShownBytes);
}

Peers::Peers(const api::Settings& settings)
    : http_({"Content-Type: application/json", "User-Agent: stele-mesh"}),
      token_(settings.mesh.peer_token) {
    for (const std::string_view host : comma_list(settings.mesh.peer_hosts))
        hosts_.push_back(lower_ascii(host));
}

bool Peers::trusts(std::string_view url) const {
    if (hosts_.empty()) return true;
    const std::string host = host_of(url);
    return std::ranges::any_of(hosts_, [&](const std::string& known) {
        return known.starts_with("*.") ? host.ends_with(std::string_view(known).substr(1))
                                       : host == known;
    });
}

PeerAnswer Peers::send(const std::string& method, const std::string& url, const pg::Tenant& tenant,
                       const std::string& body, std::chrono::milliseconds time,
                       const std::string& key) {
    std::vector<std::string> headers{"X-Stele-Org: " + tenant.org.text(),
                                     "X-Stele-Project: " + tenant.project.text()};
    if (!key.empty()) headers.push_back("Idempotency-Key: " + key);
    if (!token_.empty() && trusts(url)) headers.push_back("Authorization: Bearer " + token_);
    const http::Reply reply =
        http_.send(method, url, body, {time, std::min(time, kConnectTime), kReplyBytes}, headers);
    return {reply.status, object_of(reply.body)};
}

std::string Peers::problem_of(const std::string& endpoint) {
    try {
        const http::Reply reply =
            http_.send("GET", endpoint + "/health", "", {kHealthTime, kHealthTime, kReplyBytes});
        const PeerAnswer answer{reply.status, object_of(reply.body)};
        if (!answer.ok()) return answer.said();
        const std::string status = text_of(answer.body, "status");
        return status == "ok" ? "" : "its health is " + excerpt(status, kShownBytes);
    } catch (const http::TransportError& error) {
        return excerpt(error.what(), kShownBytes);
    }
}

PeerAnswer Peers::submit(const std::string& endpoint, const pg::Tenant& tenant,
                         const std::string& key, const std::string& payload,
                         std::chrono::milliseconds time) {
    return send("POST", endpoint + "/job", tenant, payload, time, key);
}

PeerAnswer Peers::job(const std::string& endpoint, const pg::Tenant& tenant,
                      const std::string& id) {
    return send("GET", endpoint + "/job/" + id, tenant, "", kPollTime);
}

PeerAnswer Peers::call(const std::string& endpoint, const pg::Tenant& tenant,
                       std::string_view operation, const json::object& input,
                       std::chrono::milliseconds time) {
    std::string path(operation);
    std::ranges::replace(path, '.', '/');
    return send("POST", endpoint + "/v1/" + path, tenant, serialize(input), time);
}

}  // namespace stele::mesh
