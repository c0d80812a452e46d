// The program: every domain registers its operations, the command line picks one.
#include <memory>
#include <string>
#include <vector>

#include "app/app.hpp"
#include "app/commands.hpp"
#include "app/modules.hpp"
#include "app/signals.hpp"
#include "doors/cli/cli.hpp"
#include "runtime/dispatcher.hpp"
#include "runtime/metrics.hpp"

using namespace stele;

int main(int argc, char** argv) {
    std::vector<std::string> args(argv + 1, argv + argc);
    if (args.size() == 1 && args[0] == "--version") args[0] = "version";
    if (!args.empty() && (args[0] == "serve" || args[0] == "mcp")) app::hold_signals();

    std::unique_ptr<app::App> app;
    runtime::Metrics metrics;
    runtime::Dispatcher dispatcher({.metrics = &metrics});
    runtime::Registry registry;
    app::register_operations(registry, dispatcher);
    app::register_commands(registry, dispatcher, metrics, [&]() -> app::App& { return *app; });
    std::unique_ptr<app::Interrupt> interrupt;
    const int code = cli::run(
        registry, dispatcher, args, [&](const cli::Globals& globals, const runtime::Operation& op) {
            if (op.cleans_up) interrupt = std::make_unique<app::Interrupt>();
            app = std::make_unique<app::App>(globals, metrics);
            if (!op.offline) app->guard(false);
            if (op.can_wait()) app->hear();
            runtime::Context context = app->context(deadline_in(op.time_limit));
            context.local_files = true;
            context.own_process = true;
            if (interrupt) context.cancelled = interrupt->token();
            return context;
        });
    // Its thread still uses the object, and the process ends here anyway.
    const int signal = interrupt ? interrupt.release()->signal() : 0;
    return signal != 0 && code != 0 ? 128 + signal : code;
}
