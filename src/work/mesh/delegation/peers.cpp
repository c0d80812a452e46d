#include "work/mesh/delegation/peers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/base/json.hpp"
#include "foundation/base/json_text.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/text.hpp"

namespace stele::mesh {

namespace {

constexpr std::chrono::milliseconds kHealthTime{5'000};
constexpr std::chrono::milliseconds kPollTime{15'000};
constexpr std::chrono::milliseconds kConnectTime{5'000};
constexpr std::size_t kHealthBytes = 64 << 10;
constexpr std::size_t kReplyBytes = 4 << 20;
constexpr std::size_t kShownBytes = 300;

std::vector<std::string> headers() {
    return {"Content-Type: application/json", "User-Agent: stele-mesh"};
}

http::OutboundPolicy policy_of(const runtime::MeshSettings& settings) {
    return http::OutboundPolicy::others("mesh.peerHosts", settings.peer_hosts, settings.peer_token);
}

// A host of mesh.peers is named by the operator, and still has no token unless mesh.peerHosts says
// so, too.
http::OutboundPolicy policy_of_configured(const runtime::MeshSettings& settings) {
    http::OutboundPolicy out = policy_of(settings);
    out.any_port = true;
    for (const std::string_view url : comma_list(settings.peers))
        out.named.add(http::parse_url(std::string(url), "mesh.peers").host);
    return out;
}

}  // namespace

std::string PeerAnswer::said() const {
    std::string detail = text_of(body, "detail");
    if (detail.empty()) detail = text_of(body, "error");
    return excerpt(detail.empty() ? fmt::format("it answered {}", status)
                                  : fmt::format("it answered {}: {}", status, detail),
                   kShownBytes);
}

std::string PeerAnswer::word(std::string_view field) const {
    std::string out = text_of(body, field);
    const bool plain = std::ranges::all_of(out, [](char c) { return c > ' ' && c < 0x7f; });
    const bool dots = out == "." || out == "..";
    return plain && !dots && out.size() <= limits::kNameBytes ? out : "";
}

Peers::Peers(const runtime::Settings& settings)
    : registered_(policy_of(settings.mesh), headers()),
      configured_(policy_of_configured(settings.mesh), headers()) {}

PeerAnswer Peers::send(http::Client& client, const std::string& method, const std::string& url,
                       const pg::Tenant& tenant, const std::string& body,
                       std::chrono::milliseconds time, const std::string& key) {
    std::vector<std::string> more{"X-Stele-Org: " + tenant.org.text(),
                                  "X-Stele-Project: " + tenant.project.text()};
    if (!key.empty()) more.push_back("Idempotency-Key: " + key);
    const http::Reply reply =
        client.send(method, url, body, {time, std::min(time, kConnectTime), kReplyBytes}, more);
    return {reply.status, object_of(reply.body)};
}

std::string Peers::problem_of(const std::string& endpoint) {
    try {
        const http::Reply reply = registered_.send("GET", endpoint + "/health", "",
                                                   {kHealthTime, kHealthTime, kHealthBytes});
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
    return send(registered_, "POST", endpoint + "/job", tenant, payload, time, key);
}

PeerAnswer Peers::job(const std::string& endpoint, const pg::Tenant& tenant,
                      const std::string& id) {
    return send(registered_, "GET", endpoint + "/job/" + http::path_segment(id), tenant, "",
                kPollTime);
}

PeerAnswer Peers::call(const std::string& endpoint, const pg::Tenant& tenant,
                       std::string_view operation, const json::object& input,
                       std::chrono::milliseconds time) {
    std::string path(operation);
    std::ranges::replace(path, '.', '/');
    return send(configured_, "POST", endpoint + "/v1/" + path, tenant, serialize(input), time);
}

std::string checked_endpoint(const runtime::MeshSettings& settings, const std::string& endpoint) {
    std::string out = http::checked_url(endpoint, "endpoint");
    if (out == settings.endpoint) return out;
    const std::string why = policy_of(settings).refusal(http::parse_url(out, "endpoint"));
    if (!why.empty())
        throw Error(Code::invalid_argument, "endpoint: " + why,
                    "a host that may be at a private address stands in mesh.peerHosts");
    return out;
}

}  // namespace stele::mesh
