// The program: every domain registers its operations, the command line picks one.
#include <memory>
#include <string>
#include <vector>

#include "api/cli/cli.hpp"
#include "api/metrics.hpp"
#include "app/app.hpp"
#include "app/commands.hpp"
#include "app/signals.hpp"
#include "base/error.hpp"
#include "memory/operations.hpp"
#include "ops/operations.hpp"
#include "ops/tenant/operations.hpp"

namespace {

using namespace stele;

// Counts every operation, whichever door it came through.
void measure(api::Registry& registry, api::Metrics& metrics) {
    registry.wrap_all(
        [&metrics](const api::Operation& op, api::Registry::Run run) -> api::Registry::Run {
            return [&metrics, name = op.name, run = std::move(run)](api::Context& context,
                                                                    const json::value& input) {
                const auto started = std::chrono::steady_clock::now();
                const auto count = [&](std::string_view outcome) {
                    metrics.operation(name, outcome, std::chrono::steady_clock::now() - started);
                };
                try {
                    json::value output = run(context, input);
                    count("ok");
                    return output;
                } catch (const Error& error) {
                    count(name_of(error.code()));
                    throw;
                }
            };
        });
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> args(argv + 1, argv + argc);
    if (args.size() == 1 && args[0] == "--version") args[0] = "version";
    if (!args.empty() && (args[0] == "serve" || args[0] == "mcp")) app::hold_signals();

    std::unique_ptr<app::App> app;
    api::Metrics metrics;
    api::Registry registry;
    memory::register_operations(registry);
    ops::register_operations(registry);
    tenant::register_operations(registry);
    app::register_commands(registry, metrics, [&]() -> app::App& { return *app; });
    measure(registry, metrics);
    return api::cli::run(registry, args,
                         [&](const api::cli::Globals& globals, const api::Operation& op) {
                             app = std::make_unique<app::App>(globals);
                             api::Context context = app->context(deadline_in(op.time_limit));
                             context.local_files = true;
                             return context;
                         });
}
