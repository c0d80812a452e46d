#include "app/commands.hpp"

#include <fmt/format.h>

#include "app/caller.hpp"
#include "app/config_check.hpp"
#include "app/gateway.hpp"
#include "app/mcp_check.hpp"
#include "app/reference.hpp"
#include "app/serve.hpp"
#include "doors/cli/cli.hpp"
#include "doors/openapi/openapi.hpp"

namespace stele::app {

namespace {

using reflect::field;
using reflect::fields;
using reflect::NoInput;

struct McpInput {
    std::string tools;
    bool check_config = false;
    template <class S = McpInput>
    static auto describe() {
        return fields(field("tools", &S::tools,
                            "Tools that the client is offered, with commas between: sets "
                            "(default, all, memory, chat, graph, jobs, mesh, randal), domains, "
                            "tools; empty: those of the setting mcp.tools"),
                      field("checkConfig", &S::check_config,
                            "Read the configuration, say what is in it and end: exit code 0, 2 for "
                            "what cannot be served with, 4 for what production refuses"));
    }
};

struct McpOutput {
    int exit_code = 0;
    std::optional<McpCheckOutput> checked;
    template <class S = McpOutput>
    static auto describe() {
        return fields(field("exitCode", &S::exit_code, "The process's exit code"),
                      field("checked", &S::checked, "With checkConfig: what was found"));
    }
};

struct Text {
    std::string text;
    static auto describe() { return fields(field("text", &Text::text, "The text")); }
};

struct ShellInput {
    std::string shell;
    static auto describe() {
        return fields(
            field("shell", &ShellInput::shell, "bash, zsh or fish").required().positional());
    }
};

struct Setting {
    std::string key;
    json::value value;
    std::string origin;
    template <class S = Setting>
    static auto describe() {
        return fields(field("key", &S::key, "Its name"), field("value", &S::value, "Its value"),
                      field("origin", &S::origin, "Where the value comes from"));
    }
};

struct ConfigOutput {
    std::string file;
    std::vector<Setting> settings;
    template <class S = ConfigOutput>
    static auto describe() {
        return fields(field("file", &S::file, "The settings file in use, or empty"),
                      field("settings", &S::settings, "Every setting"));
    }
};

ConfigOutput config_of(const App& app) {
    ConfigOutput out{app.config().file, {}};
    for (const runtime::ConfigValue& v : app.config().values) {
        const bool hide = v.secret && v.value.is_string() && !v.value.get_string().empty();
        out.settings.push_back({v.key, hide ? json::value("***") : v.value, v.origin});
    }
    return out;
}

std::string render_config(const json::value& output) {
    std::string out;
    for (const json::value& setting : output.at("settings").as_array())
        out += fmt::format("{:<38}{:<42}{}\n", std::string_view(setting.at("key").as_string()),
                           serialize(setting.at("value")),
                           std::string_view(setting.at("origin").as_string()));
    return out;
}

std::string render_text(const json::value& output) {
    return std::string(output.at("text").as_string());
}

std::string render_nothing(const json::value&) {
    return "";
}

template <class In, class Out>
runtime::Operation command(std::string name, std::string words,
                           std::function<Out(runtime::Context&, const In&)> run) {
    runtime::Operation op = runtime::operation(std::move(name), std::move(run));
    op.command = std::move(words);
    op.doors = runtime::kCli;
    op.offline = true;
    return op;
}

void register_servers(runtime::Registry& registry, runtime::Dispatcher& dispatcher,
                      runtime::Metrics& metrics, const std::function<App&()>& app) {
    registry.add(
        command<NoInput, NoInput>(
            "server.serve", "serve",
            [app, &registry, &dispatcher, &metrics](runtime::Context&, const NoInput&) {
                app().guard(true);
                serve(app(), registry, dispatcher, metrics);
                return NoInput{};
            })
            .says("Serve HTTP: operations, MCP, health, metrics",
                  "Listens on 127.0.0.1:7600 unless told otherwise; stops on SIGTERM after "
                  "finishing what is in flight. Settings: server.* (`stele config print`).")
            .with_examples({{"With the settings found", {}}})
            .with_render(render_nothing));

    registry.add(
        command<McpInput, McpOutput>(
            "server.mcp", "mcp",
            [app, &registry, &dispatcher](runtime::Context&, const McpInput& input) -> McpOutput {
                const std::string& tools =
                    input.tools.empty() ? app().settings().mcp.tools : input.tools;
                if (input.check_config) {
                    McpCheckOutput checked = check_mcp(app(), registry, tools);
                    return {checked.exit_code, std::move(checked)};
                }
                app().guard(true);
                return {serve_mcp(app(), registry, dispatcher, tools), std::nullopt};
            })
            .says("Serve MCP on standard input and output: what an AI client starts",
                  "Speaks newline-delimited JSON-RPC; logs go to standard error. `stele setup` "
                  "writes the client's configuration.")
            .with_examples({{"With every tool", {{"tools", "all"}}},
                            {"Is the configuration whole?", {{"checkConfig", true}}}})
            .with_render([](const json::value& output) {
                const json::value* checked = output.as_object().if_contains("checked");
                return checked ? render_mcp_check(*checked) : "";
            }));
}

}  // namespace

void register_commands(runtime::Registry& registry, runtime::Dispatcher& dispatcher,
                       runtime::Metrics& metrics, std::function<App&()> app) {
    register_servers(registry, dispatcher, metrics, app);

    registry.add(
        runtime::diagnostic(
            command<NoInput, ConfigOutput>(
                "config.print", "config print",
                [app](runtime::Context&, const NoInput&) { return config_of(app()); }))
            .says("Every setting, its value and where it comes from", "Secrets are masked.")
            .with_doors(runtime::kCli | runtime::kHttp)
            .with_scopes({"instance:read"})
            .with_across_tenants()  // the settings are the server's
            .with_routes({{"GET", "/config"}})
            .with_examples({{"All", {}}})
            .with_render(render_config));
    register_config_check(registry, app);
    register_gateway(registry, app);
    register_caller(registry);
    register_reference(registry, dispatcher);

    registry.add(
        command<NoInput, json::object>("api.openapi", "openapi",
                                       [&registry](runtime::Context&, const NoInput&) {
                                           return openapi::document(registry, kVersion);
                                       })
            .says("The OpenAPI 3.1 document of the HTTP API",
                  "The same as GET /openapi.json of `stele serve`.")
            .with_examples({{"Print it", {}}})
            .with_render([](const json::value& document) { return pretty(document) + "\n"; }));

    registry.add(
        command<ShellInput, Text>("cli.completion", "completion",
                                  [&registry](runtime::Context&, const ShellInput& in) {
                                      return Text{cli::completion_script(registry, in.shell)};
                                  })
            .says("The completion script for a shell", "For bash: source <(stele completion bash)")
            .with_examples({{"For bash", {{"shell", "bash"}}}})
            .with_render(render_text));

    registry.add(command<NoInput, Text>("cli.version", "version",
                                        [](runtime::Context&, const NoInput&) {
                                            return Text{std::string(kVersion) + "\n"};
                                        })
                     .says("The version of this program", "The same as `stele --version`.")
                     .with_examples({{"Print it", {}}})
                     .with_render(render_text));
}

}  // namespace stele::app
