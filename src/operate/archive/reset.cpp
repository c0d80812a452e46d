#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "operate/archive/client_tools.hpp"
#include "operate/archive/restore.hpp"
#include "operate/archive/scratch.hpp"
#include "operate/archive/sql.hpp"
#include "operate/cluster/extensions.hpp"
#include "operate/migrations/migrations.hpp"
#include "runtime/confirm.hpp"
#include "runtime/settings.hpp"

namespace stele::archive {

namespace {

// The same schema, and the extensions in the schemas where they were.
Manifest wanted_of(const pg::ConnInfo& target, const Identity& identity, Deadline deadline) {
    const auto connection = open_operator(target, deadline);
    Manifest out;
    out.source.schema = identity.schema;
    const std::vector<Extension> there = extensions_of(*connection, deadline);
    for (const char* name : ops::kRequiredExtensions) {
        const auto at = std::ranges::find(there, std::string(name), &Extension::name);
        out.extensions.push_back({name, "", at == there.end() ? std::nullopt : at->schema});
    }
    return out;
}

}  // namespace

// A fresh database is made and migrated beside the old one: whatever refuses (an extension that
// cannot be created, a migration that fails, no room), refuses before anything is lost.
ResetOutput reset(runtime::Context& context, const ResetInput& input, const pg::ConnInfo& target) {
    ops::require_confirmation(input.force, input.confirm, "reset-postgres");
    TargetState state = look_at_target(context, target, {.data = true, .any_history = true});
    if (const std::string& schema = context.settings.database.schema; !schema.empty())
        state.identity.schema = schema;
    Scratch scratch(target, state.identity, context.deadline);
    stage(context, "creating extensions and migrating");
    scratch.prepare(wanted_of(target, state.identity, context.deadline));
    ops::MigrateOptions options;
    options.cancelled = context.cancelled;
    pg::ConnInfo as_owner = scratch.info();
    if (as_owner.get("user") != state.identity.owner)
        as_owner.set("options", as_owner.get("options") + " -c role=" + state.identity.owner);
    const ops::MigrateResult migrated = ops::migrate(as_owner, options);
    stage(context, "taking the target's place");
    std::vector<std::string> notes = scratch.replace_target(context);
    return {target.redacted_url(), state.rows, ops::version_text(migrated.to), std::move(notes)};
}

}  // namespace stele::archive
