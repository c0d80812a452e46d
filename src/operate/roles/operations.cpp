#include "operate/roles/operations.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operate/roles/roles.hpp"

namespace stele::roles {

namespace {

std::string joined(const json::value& list) {
    std::vector<std::string_view> parts;
    for (const json::value& part : list.as_array()) parts.emplace_back(part.as_string());
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string render(const json::value& output) {
    const auto text = [&](const char* name) {
        return std::string_view(output.at(name).as_string());
    };
    if (!text("sql").empty()) return std::string(text("sql"));
    const bool applied = output.at("applied").as_bool();
    std::string out;
    for (const json::value& finding : output.at("findings").as_array()) {
        const std::string missing = joined(finding.at("missing"));
        const std::string excess = joined(finding.at("excess"));
        out += fmt::format("{} on {}:", std::string_view(finding.at("role").as_string()),
                           std::string_view(finding.at("object").as_string()));
        if (!missing.empty()) out += fmt::format(" {} {}", applied ? "granted" : "misses", missing);
        if (!excess.empty())
            out += fmt::format(" {} {}", applied ? "taken away" : "does not need", excess);
        out += "\n";
    }
    if (out.empty()) out = "every role has what it needs and no more\n";
    for (const json::value& power : output.at("loginExcess").as_array())
        out += fmt::format("the runtime's login {} has more than it needs: {}\n", text("login"),
                           std::string_view(power.as_string()));
    return out;
}

void add_look(runtime::Registry& registry) {
    registry.add(
        runtime::diagnostic(runtime::operation("db.roles", look))
            .says("Has each role exactly the powers it needs?",
                  "Compares the runtime, read-only, operator and audit roles with the rules, and "
                  "says what the runtime's login can do beyond them. --check makes it an exit "
                  "code; --sql prints the SQL that makes the roles.")
            .with_idempotent()
            .with_scopes({"ops:admin"})
            .with_across_tenants()
            .with_doors(runtime::kCli)
            .with_examples({{"What differs?", {}}, {"For an administrator", {{"sql", true}}}})
            .with_render(render));
}

void add_apply(runtime::Registry& registry) {
    registry.add(
        runtime::diagnostic(runtime::operation("db.roles_apply", apply))
            .says("Make the roles and give them exactly the powers they need",
                  "In one transaction, as the owner, who must be allowed to create roles that are "
                  "missing. Grant a login one of the roles: GRANT stele_runtime TO my_login.")
            .with_command("db roles apply")
            .with_effect(runtime::Effect::write)
            .with_idempotent()
            .with_audit(runtime::Audit::change)
            .with_scopes({"ops:admin"})
            .with_across_tenants()
            .with_doors(runtime::kCli)
            .with_examples({{"Apply", {}}})
            .with_render(render));
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    add_look(registry);
    add_apply(registry);
}

}  // namespace stele::roles
