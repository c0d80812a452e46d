#include "doors/mcp/session_id.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/base/random.hpp"
#include "foundation/base/text.hpp"

namespace stele::mcp {

namespace {

constexpr std::size_t kIdBytes = 4096;
constexpr std::size_t kNameBytes = 64;  // of a client's name, of its version

json::object json_of(const Negotiated& negotiated) {
    json::object client;
    for (const char* name : {"name", "version"})
        if (const json::value* text = negotiated.client_info.if_contains(name))
            client[name] = excerpt(std::string_view(text->as_string()), kNameBytes);
    json::array offers;
    for (const std::string& offer : negotiated.client_offers) offers.push_back(json::string(offer));
    return {{"version", negotiated.version}, {"client", client}, {"offers", offers}};
}

Negotiated negotiated_in(const json::value& value) {
    Negotiated out;
    out.version = value.at("version").as_string();
    out.client_info = value.at("client").as_object();
    for (const json::value& offer : value.at("offers").as_array())
        out.client_offers.emplace(offer.as_string());
    return out;
}

std::string unhex(std::string_view digits) {
    std::string out;
    for (std::size_t at = 0; at + 1 < digits.size(); at += 2)
        out += char(std::stoi(std::string(digits.substr(at, 2)), nullptr, 16));
    return out;
}

}  // namespace

std::string SessionIds::signature(std::string_view text, const runtime::Caller& owner) const {
    return hmac_sha256_hex(key_, fmt::format("mcp-session\n{}\n{}\n{}\n{}", text, owner.org.text(),
                                             owner.project.text(), owner.principal));
}

std::string SessionIds::issue(const Negotiated& negotiated, const runtime::Caller& owner) const {
    const std::string text =
        fmt::format("{}.{}", random_hex(16), hex(serialize(json_of(negotiated))));
    return fmt::format("{}.{}", text, signature(text, owner));
}

std::optional<Negotiated> SessionIds::read(std::string_view id,
                                           const runtime::Caller& owner) const {
    const auto end = id.rfind('.');
    if (id.size() > kIdBytes || end == std::string_view::npos) return std::nullopt;
    const std::string_view text = id.substr(0, end);
    if (!equal_constant_time(id.substr(end + 1), signature(text, owner))) return std::nullopt;
    try {
        Negotiated out =
            negotiated_in(parse_json(unhex(text.substr(text.find('.') + 1)), "session id"));
        if (is_supported(out.version)) return out;
    } catch (const std::exception&) {
        // Signed, and yet not as this version of the program writes it.
    }
    return std::nullopt;
}

}  // namespace stele::mcp
