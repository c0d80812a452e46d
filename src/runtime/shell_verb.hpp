// What the operator's long verbs have in common.
#pragma once

namespace stele::ops {

// A verb for the shell alone: it works with this machine's files or for as long as it takes, and
// stops in order when it is interrupted.
inline runtime::Operation shell_verb(runtime::Operation op, runtime::Effect effect) {
    op.effect = effect;
    op.scopes = {"ops:admin"};
    op.across_tenants = true;
    if (effect != runtime::Effect::read) op.audit = runtime::Audit::change;
    op.doors = runtime::kCli;
    op.cleans_up = true;
    op.time_limit = std::chrono::hours(24);
    return runtime::diagnostic(std::move(op));
}

}  // namespace stele::ops
