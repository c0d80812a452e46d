#include "control/identity/operations.hpp"

#include <fmt/format.h>

#include "control/identity/store.hpp"
#include "foundation/base/json_text.hpp"

namespace stele::identity {

namespace {

using reflect::NoInput;
using runtime::Effect;
using runtime::Operation;

constexpr const char* kExampleId = "01890a5d-ac96-774b-bcce-b302099a8057";

struct Generated {
    std::string token;
    template <class S = Generated>
    static auto describe() {
        return fields(
            field("token", &S::token, "An admin token's text, which nobody has been issued")
                .secret());
    }
};

Generated generate(runtime::Context&, const NoInput&) {
    return {new_token(TokenKind::admin).text};
}

std::string render_issued(const json::value& output) {
    const json::object& details = output.at("details").as_object();
    return fmt::format("{}\n\n{} token {} ({}). Keep the line above: it is not shown again.\n",
                       std::string_view(output.at("token").as_string()), text_of(details, "kind"),
                       text_of(details, "name"), text_of(details, "id"));
}

std::string render_list(const json::value& output) {
    std::string out;
    for (const json::value& value : output.at("tokens").as_array()) {
        const json::object& one = value.as_object();
        std::string may(text_of(one, "capability"));
        for (const json::value& scope : one.at("scopes").as_array())
            may += (may.empty() ? "" : ",") + std::string(scope.as_string());
        out += fmt::format("{}  {:<8} {:<20} {}{}{}\n", text_of(one, "id"), text_of(one, "kind"),
                           text_of(one, "name"), may, one.contains("expiresAt") ? "  until " : "",
                           text_of(one, "expiresAt"));
        if (one.contains("revokedAt")) out.insert(out.size() - 1, "  revoked");
    }
    return out.empty() ? "No tokens.\n" : out;
}

Operation change(Operation op, Effect effect) {
    op.effect = effect;
    op.scopes = {"identity:admin"};
    op.audit = runtime::Audit::change;
    return op;
}

void register_issuing(runtime::Registry& registry) {
    Operation op = change(runtime::operation("token.create", create), Effect::write);
    op.summary = "Issue a token for a program or an admin";
    op.description =
        "Use it to let something call over HTTP: a service token with the scopes it needs, or an "
        "admin token for a person. The answer shows the token's text once; what is stored is a "
        "hash. Nobody issues what he does not have himself.";
    op.examples = {{"A service that searches memories",
                    {{"name", "search"}, {"scopes", json::array{"memory:read"}}}},
                   {"An admin who looks and changes nothing",
                    {{"name", "anna"}, {"kind", "admin"}, {"capability", "read"}}}};
    op.render = render_issued;
    registry.add(op);

    op = change(runtime::operation("token.rotate", rotate), Effect::destructive);
    op.summary = "Replace a token by a new one with the same rights";
    op.description =
        "Use it now and then, and when a token may have been seen. The old one is refused by "
        "every server within two seconds.";
    op.examples = {{"One", {{"id", kExampleId}}}};
    op.render = render_issued;
    registry.add(op);
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    register_issuing(registry);

    Operation op = runtime::operation("token.list", list);
    op.idempotent = true;
    op.scopes = {"identity:read"};
    op.summary = "The tokens there are, without their secrets";
    op.description = "Use it to see who may call, with what rights, and what is not used any more.";
    op.examples = {{"Those that are valid", {}}};
    op.render = render_list;
    registry.add(op);

    op = change(runtime::operation("token.revoke", revoke), Effect::destructive);
    op.idempotent = true;
    op.summary = "Make a token worthless";
    op.description =
        "Use it when its holder is gone or it may have been seen. Every server refuses it within "
        "two seconds; streams and browsers' sessions that it opened end.";
    op.examples = {{"One", {{"id", kExampleId}, {"reason", "seen in a log"}}}};
    registry.add(op);

    op = runtime::operation("token.generate", generate);
    op.doors = runtime::kCli;
    op.offline = true;
    op.summary = "An admin token's text for STELE_ADMIN_TOKEN";
    op.description =
        "Use it where a server is set up without a shell on it: a server that starts with "
        "STELE_ADMIN_TOKEN accepts that token for every tenant. Nothing is stored here.";
    op.examples = {{"One", {}}};
    op.render = [](const json::value& output) {
        return std::string(output.at("token").as_string()) + "\n";
    };
    registry.add(op);
}

}  // namespace stele::identity
