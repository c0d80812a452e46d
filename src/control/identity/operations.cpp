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
    registry.add(
        change(runtime::operation("token.create", create), Effect::write)
            .says("Issue a token for a program or an admin",
                  "Use it to let something call over HTTP: a service token with the scopes it "
                  "needs, or an admin token for a person. The answer shows the token's text once; "
                  "what is stored is a hash. Nobody issues what he does not have himself.")
            .with_examples({{"A service that searches memories",
                             {{"name", "search"}, {"scopes", json::array{"memory:read"}}}},
                            {"An admin who looks and changes nothing",
                             {{"name", "anna"}, {"kind", "admin"}, {"capability", "read"}}}})
            .with_render(render_issued));

    registry.add(change(runtime::operation("token.rotate", rotate), Effect::destructive)
                     .says("Replace a token by a new one with the same rights",
                           "Use it now and then, and when a token may have been seen. The old one "
                           "is refused by every server within two seconds.")
                     .with_examples({{"One", {{"id", kExampleId}}}})
                     .with_render(render_issued));
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    register_issuing(registry);

    registry.add(
        runtime::operation("token.list", list)
            .says("The tokens there are, without their secrets",
                  "Use it to see who may call, with what rights, and what is not used any more.")
            .with_idempotent()
            .with_scopes({"identity:read"})
            .with_examples({{"Those that are valid", {}}})
            .with_render(render_list));

    registry.add(
        change(runtime::operation("token.revoke", revoke), Effect::destructive)
            .says("Make a token worthless",
                  "Use it when its holder is gone or it may have been seen. Every server refuses "
                  "it within two seconds; streams and browsers' sessions that it opened end.")
            .with_idempotent()
            .with_examples({{"One", {{"id", kExampleId}, {"reason", "seen in a log"}}}}));

    registry.add(
        runtime::operation("token.generate", generate)
            .says(
                "An admin token's text for STELE_ADMIN_TOKEN",
                "Use it where a server is set up without a shell on it: a server that starts with "
                "STELE_ADMIN_TOKEN accepts that token for every tenant. Nothing is stored here.")
            .with_doors(runtime::kCli)
            .with_offline()
            .with_examples({{"One", {}}})
            .with_render([](const json::value& output) {
                return std::string(output.at("token").as_string()) + "\n";
            }));
}

}  // namespace stele::identity
