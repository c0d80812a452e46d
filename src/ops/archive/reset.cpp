#include <fmt/format.h>

#include "archive/sql.hpp"
#include "base/error.hpp"
#include "ops/archive/client_tools.hpp"
#include "ops/archive/restore.hpp"
#include "ops/archive/scratch.hpp"
#include "ops/confirm.hpp"
#include "ops/extensions.hpp"
#include "ops/migrations.hpp"

namespace stele::archive {

// A fresh database is made and migrated beside the old one: whatever refuses (an extension that
// cannot be created, a migration that fails, no room), refuses before anything is lost.
ResetOutput reset(api::Context& context, const ResetInput& input, const pg::ConnInfo& target) {
    ops::require_confirmation(input.force, input.confirm, "reset-postgres");
    const TargetState state = look_at_target(context, target, {.data = true, .any_history = true});
    Scratch scratch(target, state.identity, context.deadline);
    stage(context, "creating extensions and migrating");
    Manifest wanted;
    for (const char* name : ops::kRequiredExtensions) wanted.extensions.push_back({name, ""});
    scratch.prepare(wanted);
    ops::MigrateOptions options;
    options.cancelled = context.cancelled;
    pg::ConnInfo as_owner = scratch.info();
    if (as_owner.get("user") != state.identity.owner)
        as_owner.set("options", as_owner.get("options") + " -c role=" + state.identity.owner);
    const ops::MigrateResult migrated = ops::migrate(as_owner, options);
    stage(context, "taking the target's place");
    scratch.replace_target(context);
    return {target.redacted_url(), state.rows, ops::version_text(migrated.to)};
}

}  // namespace stele::archive
