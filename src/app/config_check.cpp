#include "app/config_check.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "app/guard.hpp"
#include "compat/settings/settings.hpp"
#include "foundation/base/error.hpp"
#include "foundation/os/files.hpp"

namespace stele::app {

namespace {

using reflect::field;
using reflect::fields;

struct CheckInput {
    std::string file;
    std::optional<runtime::Environment> environment;
    template <class S = CheckInput>
    static auto describe() {
        return fields(
            field("file", &S::file, "An .env file, in place of this shell's database variables"),
            field("environment", &S::environment,
                  "Judge as for this one: production or development; default: as configured"));
    }
};

// What decides about the connection: in this shell's environment it would hide what the file says.
constexpr const char* kDatabaseVariables[] = {"STELE_DATABASE_URL",
                                              "DATABASE_URL",
                                              "STELE_ADMIN_DATABASE_URL",
                                              "STELE_DATABASE_ADMIN_URL",
                                              "STELE_DATABASE_DIRECT_URL",
                                              "STELE_ENV",
                                              "STELE_ENVIRONMENT",
                                              "PGHOST",
                                              "PGHOSTADDR",
                                              "PGUSER",
                                              "PGPASSWORD",
                                              "PGPASSWORD_FILE",
                                              "PGSSLMODE"};

// This process does nothing but the check, so the file becomes its environment.
runtime::Settings settings_of(const App& app, const std::string& file) {
    if (file.empty()) return app.settings();
    const auto text = ops::read_file(file);
    if (!text)
        throw Error(Code::configuration, fmt::format("file: {} cannot be read", file),
                    "name a file that exists and may be read");
    const auto variables = parse_env_file(*text, file);
    for (const char* name : kDatabaseVariables) ::unsetenv(name);
    for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
    const std::string& config = app.config().file;
    return runtime::load_config(config.empty() ? std::nullopt : std::optional(config), {},
                                compat::all_foreign_names())
        .settings;
}

CheckOutput check(const App& app, const CheckInput& input) {
    const runtime::Settings settings = settings_of(app, input.file);
    return judge(settings, input.environment.value_or(settings.environment));
}

}  // namespace

CheckOutput judge(const runtime::Settings& settings, runtime::Environment environment) {
    CheckOutput out;
    out.environment = reflect::name_of(environment);
    for (Unsafe& one : unsafe_settings(settings.database))
        out.findings.push_back({std::move(one.rule), std::move(one.setting), std::move(one.problem),
                                std::move(one.remedy)});
    out.refused = environment == runtime::Environment::production && !out.findings.empty();
    out.exit_code = out.refused ? exit_code_of(Code::refused) : 0;
    return out;
}

std::string render_check(const json::value& output) {
    const bool refused = output.at("refused").as_bool();
    std::string out;
    for (const json::value& finding : output.at("findings").as_array()) {
        const auto text = [&](const char* name) {
            return std::string_view(finding.at(name).as_string());
        };
        out += fmt::format("{}: {}: {}\n  {}\n", refused ? "refused" : "warning", text("setting"),
                           text("problem"), text("remedy"));
    }
    const std::string_view environment = output.at("environment").as_string();
    if (out.empty()) return fmt::format("nothing is unsafe for {}\n", environment);
    return out + (refused ? "Stele would not start: exit code 4\n"
                          : fmt::format("allowed, for environment is {}\n", environment));
}

void register_config_check(runtime::Registry& registry, std::function<App&()> app) {
    registry.add(runtime::diagnostic(
                     runtime::operation<CheckInput, CheckOutput>(
                         "config.check", [app](runtime::Context&,
                                               const CheckInput& in) { return check(app(), in); }))
                     .says("Would production start with these settings? Exit code 4 when not",
                           "The guard that serve, mcp and every verb run before they connect: an "
                           "empty URL, well-known passwords, a database on this machine, an "
                           "unencrypted connection to a public host. Connects nowhere.")
                     .with_command("config check")
                     .with_doors(runtime::kCli)
                     .with_offline()
                     .with_examples({{"These settings", {}}})
                     .with_render(render_check));
}

}  // namespace stele::app
