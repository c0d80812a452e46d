#include "operate/watch/operations.hpp"

#include <algorithm>

#include "operate/watch/server_settings.hpp"
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
SettingsOutput run_settings(Context& context, const SettingsInput& input) {
    return server_settings(context.db, input, deadline_of(context));
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
    registry.add(looking(runtime::operation("db.activity", run_activity))
                     .says("What the database server does at this moment, and who blocks whom",
                           "Use it when things hang or are slow. The longest running first; "
                           "literals in statements are not shown.")
                     .with_examples(
                         {{"What runs now", {}}, {"Only what runs for long", {{"minSeconds", 5}}}})
                     .with_render(render_activity));

    registry.add(
        looking(runtime::operation("db.slow", run_slow))
            .says("The statements that cost the server most",
                  "From pg_stat_statements where it is loaded; elsewhere it says how to load it.")
            .with_examples({{"The ten costliest", {}}})
            .with_render(render_slow));

    registry.add(looking(runtime::operation("db.sizes", run_sizes))
                     .says("How large the database and its tables are",
                           "Rows and dead rows are the statistics' estimates; bytes are exact.")
                     .with_examples({{"The largest tables", {{"limit", 5}}}})
                     .with_render(render_sizes));

    registry.add(
        looking(runtime::operation("db.indexes", run_indexes))
            .says("Indexes: size, use, and the SQL that mends those that are broken or double",
                  "INVALID, half-built and duplicate indexes come first, each with its command; "
                  "exit code 1 when there is one.")
            .with_examples({{"All of them", {}}, {"What needs mending", {{"problems", true}}}})
            .with_render(render_indexes));

    registry.add(
        looking(runtime::operation("db.pool", run_pool))
            .says("Do the processes' connection pools fit into the server?",
                  "Processes times pool size against max_connections less what is reserved and "
                  "what others hold. Exit code 1 when it does not fit, with what to change.")
            .with_examples(
                {{"As things stand", {}},
                 {"Before starting six more", {{"processes", 6}, {"poolSize", 8}}},
                 {"With another program's pools", {{"beside", json::array{"agent=2x(20+10)"}}}}})
            .with_render(render_pool));

    registry.add(looking(runtime::operation("db.settings", run_settings))
                     .says("What the server should be set to for the memory that it has",
                           "Use it to size a container or a database server. Prints lines for "
                           "postgresql.conf and what the server has instead; exit code 0 either "
                           "way. It is the set that deploy/compose.yaml and `stele setup` use.")
                     .with_examples({{"A container with 1 GB", {{"memory", "1g"}}},
                                     {"A machine that other programs use, too",
                                      {{"memory", "16g"}, {"shared", true}}}})
                     .with_render(render_settings));
}

}  // namespace stele::watch
