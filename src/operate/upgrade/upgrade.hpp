// `stele upgrade`: the operations of an upgrade, one after the other.
#pragma once

#include "operate/upgrade/types.hpp"
#include "runtime/dispatcher.hpp"
#include "runtime/operation.hpp"

namespace stele::upgrade {

// Runs db.migrate --plan, db.lint, db.backups, db.migrate and db.status, and stops at the first one
// that fails. Never throws for what a step says: that is in the output.
UpgradeOutput upgrade(const runtime::Registry& registry, runtime::Dispatcher& dispatcher,
                      const runtime::Context& context, const UpgradeInput& input);

}  // namespace stele::upgrade
