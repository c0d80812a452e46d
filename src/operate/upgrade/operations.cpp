#include "operate/upgrade/operations.hpp"

#include "operate/upgrade/render.hpp"
#include "operate/upgrade/upgrade.hpp"
#include "runtime/shell_verb.hpp"

namespace stele::upgrade {

void register_operations(runtime::Registry& registry, runtime::Dispatcher& dispatcher) {
    registry.add(
        ops::shell_verb(
            runtime::operation("ops.upgrade",
                               std::function<UpgradeOutput(runtime::Context&, const UpgradeInput&)>(
                                   [&](runtime::Context& context, const UpgradeInput& input) {
                                       return upgrade(registry, dispatcher, context, input);
                                   })),
            runtime::Effect::write)
            .says(
                "Upgrade the schema while the old version serves",
                "Run it with the new program before the servers are replaced: the plan with its "
                "locks, the lint of the migrations, the age of the newest backup, the migrations, "
                "the status. It stops at the first step that fails, names it, and ends with that "
                "step's exit code: 1 lint, 3 the database, 4 drift or no fresh backup.")
            .with_command("upgrade")
            .with_idempotent()
            .with_examples({{"What would happen?", {{"dryRun", true}}}, {"Do it", {}}})
            .with_render([&registry](const json::value& output) {
                return render_upgrade(registry, output);
            }));
}

}  // namespace stele::upgrade
