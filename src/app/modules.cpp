#include "app/modules.hpp"

#include <iterator>
#include <utility>

#include "app/sql.hpp"
#include "client/shell/operations.hpp"
#include "compat/randal/operations.hpp"
#include "control/identity/operations.hpp"
#include "control/identity/tables.hpp"
#include "knowledge/conversations/edges.hpp"
#include "knowledge/conversations/operations.hpp"
#include "knowledge/conversations/segments.hpp"
#include "knowledge/conversations/tables.hpp"
#include "knowledge/conversations/worker.hpp"
#include "knowledge/events/operations.hpp"
#include "knowledge/events/tables.hpp"
#include "knowledge/graph/operations.hpp"
#include "knowledge/graph/tables.hpp"
#include "knowledge/memory/backfill.hpp"
#include "knowledge/memory/edges.hpp"
#include "knowledge/memory/operations.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/memory/tables.hpp"
#include "knowledge/recall/operations.hpp"
#include "knowledge/retrieval/operations.hpp"
#include "knowledge/retrieval/segment_builder.hpp"
#include "knowledge/retrieval/tables.hpp"
#include "knowledge/skills/operations.hpp"
#include "knowledge/skills/store.hpp"
#include "knowledge/skills/tables.hpp"
#include "knowledge/vectors/tables.hpp"
#include "operate/archive/operations.hpp"
#include "operate/archive/snapshot.hpp"
#include "operate/archive/tables.hpp"
#include "operate/cluster/endpoint.hpp"
#include "operate/doctor/operations.hpp"
#include "operate/history/operations.hpp"
#include "operate/lint/operations.hpp"
#include "operate/migrations/tables.hpp"
#include "operate/passwords/operations.hpp"
#include "operate/retention/operations.hpp"
#include "operate/retention/tables.hpp"
#include "operate/roles/operations.hpp"
#include "operate/setup/operations.hpp"
#include "operate/smoke/operations.hpp"
#include "operate/tenant/operations.hpp"
#include "operate/upgrade/operations.hpp"
#include "operate/watch/operations.hpp"
#include "runtime/background/operations.hpp"
#include "runtime/background/tables.hpp"
#include "work/agent_health/operations.hpp"
#include "work/analytics/edges.hpp"
#include "work/analytics/operations.hpp"
#include "work/analytics/tables.hpp"
#include "work/channels/operations.hpp"
#include "work/channels/tables.hpp"
#include "work/jobs/edges.hpp"
#include "work/jobs/operations.hpp"
#include "work/jobs/tables.hpp"
#include "work/mesh/edges.hpp"
#include "work/mesh/operations.hpp"
#include "work/mesh/tables.hpp"
#include "work/relay/operations.hpp"
#include "work/relay/tables.hpp"

namespace stele::app {

namespace {

// A snapshot is refused to a role that does not see every row.
std::vector<pg::Tenant> tenants_with_texts(runtime::Context& context) {
    archive::Snapshot snapshot(ops::operator_endpoint(context), context.deadline);
    pg::Connection& oper = snapshot.connection();
    std::vector<pg::Tenant> out;
    for (const pg::Row row :
         oper.run(sql::tenants_with_texts, pg::Params(oper.types()), context.deadline))
        out.push_back({row.get<Uuid>(0), row.get<Uuid>(1)});
    return out;
}

// What all modules bring of one sort.
template <class T>
std::vector<T> all(const Modules& modules, std::vector<T> Module::*part) {
    std::vector<T> out;
    for (const Module& module : modules)
        out.insert(out.end(), (module.*part).begin(), (module.*part).end());
    return out;
}

// Operations that need nothing of other modules.
auto plain(void (*function)(runtime::Registry&)) {
    return [function](runtime::Registry& registry, const Modules&) { function(registry); };
}

Modules knowledge(const runtime::Settings& settings) {
    return {
        {.name = "events",
         .operations = plain(events::register_operations),
         .tables = events::tables()},
        {.name = "vectors", .tables = vectors::tables()},
        {.name = "memory",
         .operations =
             [](runtime::Registry& registry, const Modules& all_of_them) {
                 memory::register_operations(registry, all(all_of_them, &Module::refills),
                                             tenants_with_texts);
             },
         .tables = memory::tables(),
         .tasks = {{.task = memory::embedding_task(), .needs_embedder = true}},
         .edges = {&memory::edge_source()},
         .kinds = {memory::graph_kind()},
         .searched = {memory::segment_source()},
         .refills = {memory::refill()}},
        {.name = "conversations",
         .operations = plain(conversations::register_operations),
         .tables = conversations::tables(),
         .tasks = {{.task = conversations::conversations_task(settings.summary)}},
         .edges = {&conversations::message_edges(), &conversations::summary_edges(),
                   &conversations::thread_edges()},
         .kinds = conversations::graph_kinds(),
         .searched = {conversations::message_segments(), conversations::summary_segments()},
         .refills = {conversations::refill()}},
        {.name = "recall", .operations = plain(recall::register_operations)},
        {.name = "skills",
         .operations = plain(skills::register_operations),
         .tables = skills::tables(),
         .kinds = {skills::graph_kind()}},
    };
}

Modules work() {
    return {
        {.name = "agent_health", .operations = plain(agent_health::register_operations)},
        {.name = "jobs",
         .operations =
             [](runtime::Registry& registry, const Modules&) {
                 jobs::register_operations(registry, mesh::remote_router());
             },
         .tables = jobs::tables(),
         .edges = {&jobs::job_edges(), &jobs::artifact_edges()},
         .kinds = jobs::graph_kinds()},
        {.name = "analytics",
         .operations = plain(analytics::register_operations),
         .tables = analytics::tables(),
         .edges = {&analytics::annotation_edges()},
         .kinds = {analytics::graph_kind()}},
        {.name = "mesh",
         .operations = plain(mesh::register_operations),
         .tables = mesh::tables(),
         .edges = {&mesh::delegation_edges()},
         .kinds = mesh::graph_kinds()},
        {.name = "relay",
         .operations = plain(relay::register_operations),
         .tables = relay::tables()},
        {.name = "channels",
         .operations = plain(channels::register_operations),
         .tables = channels::tables()},
        {.name = "randal", .operations = plain(randal::register_operations)},
        {.name = "identity",
         .operations = plain(identity::register_operations),
         .tables = identity::tables()},
    };
}

Modules operate() {
    return {
        {.name = "migrations", .tables = ops::tables()},
        {.name = "setup", .operations = plain(ops::register_operations)},
        {.name = "passwords", .operations = plain(passwords::register_operations)},
        {.name = "watch", .operations = plain(watch::register_operations)},
        {.name = "doctor", .operations = plain(doctor::register_operations)},
        {.name = "lint", .operations = plain(lint::register_operations)},
        {.name = "archive",
         .operations =
             [](runtime::Registry& registry, const Modules& all_of_them) {
                 archive::register_operations(registry, all(all_of_them, &Module::tables));
             },
         .tables = archive::tables()},
        {.name = "tenant", .operations = plain(tenant::register_operations)},
        {.name = "history", .operations = plain(history::register_operations)},
        {.name = "roles", .operations = plain(roles::register_operations)},
        {.name = "retention",
         .operations = plain(retention::register_operations),
         .tables = retention::tables()},
        {.name = "smoke", .operations = plain(smoke::register_operations)},
    };
}

// What works on what the others bring.
Modules mechanisms(const Modules& others) {
    return {
        {.name = "retrieval",
         .operations =
             [](runtime::Registry& registry, const Modules& all_of_them) {
                 retrieval::register_operations(registry, all(all_of_them, &Module::searched));
             },
         .tables = retrieval::tables(),
         .tasks = {{.task = retrieval::segments_task(all(others, &Module::searched)),
                    .step_time = std::chrono::seconds(600),
                    .at_end = runtime::Background::AtEnd::cancel_step}}},
        {.name = "graph",
         .operations =
             [](runtime::Registry& registry, const Modules& all_of_them) {
                 graph::register_operations(registry, {.sources = all(all_of_them, &Module::edges),
                                                       .kinds = all(all_of_them, &Module::kinds),
                                                       .find = memory::best_for});
             },
         .tables = graph::tables()},
        {.name = "background",
         .operations =
             [](runtime::Registry& registry, const Modules& all_of_them) {
                 std::vector<background::Task> tasks;
                 for (const BackgroundTask& one : all(all_of_them, &Module::tasks))
                     tasks.push_back(one.task);
                 background::register_operations(registry, std::move(tasks));
             },
         .tables = background::tables()},
    };
}

}  // namespace

Modules modules(const runtime::Settings& settings) {
    Modules out = knowledge(settings);
    for (Modules part : {work(), operate()})
        std::move(part.begin(), part.end(), std::back_inserter(out));
    for (Module& one : mechanisms(out)) out.push_back(std::move(one));
    return out;
}

std::vector<BackgroundTask> background_tasks(const runtime::Settings& settings) {
    return all(modules(settings), &Module::tasks);
}

void register_operations(runtime::Registry& registry, runtime::Dispatcher& dispatcher) {
    const Modules list = modules();
    for (const Module& module : list) {
        registry.group(std::string(module.name));
        if (module.operations) module.operations(registry, list);
    }
    registry.group("work");
    shell::register_operations(registry, dispatcher);
    upgrade::register_operations(registry, dispatcher);
}

}  // namespace stele::app
