#include "app/operations.hpp"

#include "analytics/edges.hpp"
#include "analytics/operations.hpp"
#include "api/settings.hpp"
#include "app/sql.hpp"
#include "channels/operations.hpp"
#include "chat/edges.hpp"
#include "chat/operations.hpp"
#include "chat/segments.hpp"
#include "chat/worker.hpp"
#include "control/identity/operations.hpp"
#include "events/operations.hpp"
#include "graph/operations.hpp"
#include "jobs/edges.hpp"
#include "jobs/operations.hpp"
#include "memory/backfill.hpp"
#include "memory/edges.hpp"
#include "memory/operations.hpp"
#include "memory/store.hpp"
#include "mesh/edges.hpp"
#include "mesh/operations.hpp"
#include "ops/archive/operations.hpp"
#include "ops/archive/snapshot.hpp"
#include "ops/doctor/operations.hpp"
#include "ops/endpoint.hpp"
#include "ops/history/operations.hpp"
#include "ops/lint/operations.hpp"
#include "ops/operations.hpp"
#include "ops/retention/operations.hpp"
#include "ops/roles/operations.hpp"
#include "ops/smoke/operations.hpp"
#include "ops/tenant/operations.hpp"
#include "ops/watch/operations.hpp"
#include "recall/operations.hpp"
#include "relay/operations.hpp"
#include "retrieval/folder.hpp"
#include "retrieval/operations.hpp"
#include "runtime/background/operations.hpp"
#include "scheduler/operations.hpp"
#include "session/operations.hpp"
#include "skills/operations.hpp"
#include "skills/store.hpp"
#include "work/operations.hpp"

namespace stele::app {

std::vector<retrieval::Source> search_sources() {
    return {memory::segment_source(), chat::message_segments(), chat::summary_segments()};
}

namespace {

// A snapshot is refused to a role that does not see every row.
std::vector<pg::Tenant> tenants_with_texts(api::Context& context) {
    archive::Snapshot snapshot(ops::operator_endpoint(context), context.deadline);
    pg::Connection& oper = snapshot.connection();
    std::vector<pg::Tenant> out;
    for (const pg::Row row :
         oper.run(sql::tenants_with_texts, pg::Params(oper.types()), context.deadline))
        out.push_back({row.get<Uuid>(0), row.get<Uuid>(1)});
    return out;
}

}  // namespace

void register_operations(api::Registry& registry, api::Dispatcher& dispatcher) {
    memory::register_operations(registry, {memory::refill(), chat::refill()}, tenants_with_texts);
    chat::register_operations(registry);
    events::register_operations(registry);
    jobs::register_operations(registry, mesh::elsewhere());
    mesh::register_operations(registry);
    relay::register_operations(registry);
    analytics::register_operations(registry);
    skills::register_operations(registry);
    session::register_operations(registry);
    channels::register_operations(registry);
    scheduler::register_operations(registry);
    recall::register_operations(registry);
    identity::register_operations(registry);
    std::vector<graph::Kind> kinds = chat::graph_kinds();
    for (graph::Kind& kind : jobs::graph_kinds()) kinds.push_back(std::move(kind));
    for (graph::Kind& kind : mesh::graph_kinds()) kinds.push_back(std::move(kind));
    kinds.push_back(memory::graph_kind());
    kinds.push_back(analytics::graph_kind());
    kinds.push_back(skills::graph_kind());
    graph::register_operations(
        registry,
        {.sources = {&memory::edge_source(), &chat::message_edges(), &chat::summary_edges(),
                     &chat::thread_edges(), &jobs::job_edges(), &jobs::artifact_edges(),
                     &mesh::delegation_edges(), &analytics::annotation_edges()},
         .kinds = std::move(kinds),
         .find = memory::best_for});
    ops::register_operations(registry);
    watch::register_operations(registry);
    doctor::register_operations(registry);
    lint::register_operations(registry);
    archive::register_operations(registry);
    tenant::register_operations(registry);
    history::register_operations(registry);
    roles::register_operations(registry);
    retention::register_operations(registry);
    retrieval::register_operations(registry, search_sources());
    background::register_operations(registry,
                                    {memory::embedding_task(), chat::conversations_task({}),
                                     retrieval::segments_task(search_sources())});
    smoke::register_operations(registry);
    work::register_operations(registry, dispatcher);
}

}  // namespace stele::app
