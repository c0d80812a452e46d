#include "app/operations.hpp"

#include "app/sql.hpp"
#include "client/shell/operations.hpp"
#include "compat/randal/operations.hpp"
#include "control/identity/operations.hpp"
#include "knowledge/conversations/edges.hpp"
#include "knowledge/conversations/operations.hpp"
#include "knowledge/conversations/segments.hpp"
#include "knowledge/conversations/worker.hpp"
#include "knowledge/events/operations.hpp"
#include "knowledge/graph/operations.hpp"
#include "knowledge/memory/backfill.hpp"
#include "knowledge/memory/edges.hpp"
#include "knowledge/memory/operations.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/recall/operations.hpp"
#include "knowledge/retrieval/folder.hpp"
#include "knowledge/retrieval/operations.hpp"
#include "knowledge/skills/operations.hpp"
#include "knowledge/skills/store.hpp"
#include "operate/archive/operations.hpp"
#include "operate/archive/snapshot.hpp"
#include "operate/cluster/endpoint.hpp"
#include "operate/doctor/operations.hpp"
#include "operate/history/operations.hpp"
#include "operate/lint/operations.hpp"
#include "operate/retention/operations.hpp"
#include "operate/roles/operations.hpp"
#include "operate/setup/operations.hpp"
#include "operate/smoke/operations.hpp"
#include "operate/tenant/operations.hpp"
#include "operate/watch/operations.hpp"
#include "runtime/background/operations.hpp"
#include "runtime/settings.hpp"
#include "work/agent_health/operations.hpp"
#include "work/analytics/edges.hpp"
#include "work/analytics/operations.hpp"
#include "work/channels/operations.hpp"
#include "work/jobs/edges.hpp"
#include "work/jobs/operations.hpp"
#include "work/mesh/edges.hpp"
#include "work/mesh/operations.hpp"
#include "work/relay/operations.hpp"

namespace stele::app {

std::vector<retrieval::Source> search_sources() {
    return {memory::segment_source(), conversations::message_segments(),
            conversations::summary_segments()};
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
    memory::register_operations(registry, {memory::refill(), conversations::refill()},
                                tenants_with_texts);
    conversations::register_operations(registry);
    events::register_operations(registry);
    jobs::register_operations(registry, mesh::elsewhere());
    mesh::register_operations(registry);
    relay::register_operations(registry);
    analytics::register_operations(registry);
    skills::register_operations(registry);
    agent_health::register_operations(registry);
    channels::register_operations(registry);
    randal::register_operations(registry);
    recall::register_operations(registry);
    identity::register_operations(registry);
    std::vector<graph::Kind> kinds = conversations::graph_kinds();
    for (graph::Kind& kind : jobs::graph_kinds()) kinds.push_back(std::move(kind));
    for (graph::Kind& kind : mesh::graph_kinds()) kinds.push_back(std::move(kind));
    kinds.push_back(memory::graph_kind());
    kinds.push_back(analytics::graph_kind());
    kinds.push_back(skills::graph_kind());
    graph::register_operations(
        registry, {.sources = {&memory::edge_source(), &conversations::message_edges(),
                               &conversations::summary_edges(), &conversations::thread_edges(),
                               &jobs::job_edges(), &jobs::artifact_edges(),
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
    background::register_operations(
        registry, {memory::embedding_task(), conversations::conversations_task({}),
                   retrieval::segments_task(search_sources())});
    smoke::register_operations(registry);
    shell::register_operations(registry, dispatcher);
}

}  // namespace stele::app
