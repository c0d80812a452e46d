#include "operate/watch/operations.hpp"

#include <algorithm>

#include "operate/watch/watch.hpp"
#include "runtime/settings.hpp"

namespace stele::watch {

namespace {

using runtime::Context;
using runtime::Operation;

// Looking must not become a load of its own.
constexpr std::chrono::milliseconds kPatience{5'000};

Deadline deadline_of(const Context& context) {
    return std::min(context.deadline, deadline_in(kPatience));
}

ActivityOutput run_activity(Context& context, const ActivityInput& input) {
    return activity(context.db, input, deadline_of(context));
}
SlowOutput run_slow(Context& context, const SlowInput& input) {
    return slow(context.db, input, deadline_of(context));
}
SizesOutput run_sizes(Context& context, const SizesInput& input) {
    return sizes(context.db, input, deadline_of(context));
}
IndexesOutput run_indexes(Context& context, const IndexesInput& input) {
    return indexes(context.db, input, deadline_of(context));
}
PoolOutput run_pool(Context& context, const PoolInput& input) {
    return pool_budget(context.db, input, context.settings.database.pool_size,
                       deadline_of(context));
}

Operation looking(Operation op) {
    op.effect = runtime::Effect::read;
    op.idempotent = true;
    op.scopes = {"ops:read"};
    op.across_tenants = true;
    op.diagnostic = true;
    return op;
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    Operation op = looking(runtime::operation("db.activity", run_activity));
    op.summary = "What the database server does at this moment, and who blocks whom";
    op.description =
        "Use it when things hang or are slow. The longest running first; literals in statements "
        "are not shown.";
    op.examples = {{"What runs now", {}}, {"Only what runs for long", {{"minSeconds", 5}}}};
    op.render = render_activity;
    registry.add(op);

    op = looking(runtime::operation("db.slow", run_slow));
    op.summary = "The statements that cost the server most";
    op.description =
        "From pg_stat_statements where it is loaded; elsewhere it says how to load it.";
    op.examples = {{"The ten costliest", {}}};
    op.render = render_slow;
    registry.add(op);

    op = looking(runtime::operation("db.sizes", run_sizes));
    op.summary = "How large the database and its tables are";
    op.description = "Rows and dead rows are the statistics' estimates; bytes are exact.";
    op.examples = {{"The largest tables", {{"limit", 5}}}};
    op.render = render_sizes;
    registry.add(op);

    op = looking(runtime::operation("db.indexes", run_indexes));
    op.summary = "Indexes: size, use, and the SQL that mends those that are broken or double";
    op.description =
        "INVALID, half-built and duplicate indexes come first, each with its command; exit code 1 "
        "when there is one.";
    op.examples = {{"All of them", {}}, {"What needs mending", {{"problems", true}}}};
    op.render = render_indexes;
    registry.add(op);

    op = looking(runtime::operation("db.pool", run_pool));
    op.summary = "Do the processes' connection pools fit into the server?";
    op.description =
        "Processes times pool size against max_connections less what is reserved and what others "
        "hold. Exit code 1 when it does not fit, with what to change.";
    op.examples = {{"As things stand", {}},
                   {"Before starting six more", {{"processes", 6}, {"poolSize", 8}}}};
    op.render = render_pool;
    registry.add(op);
}

}  // namespace stele::watch
