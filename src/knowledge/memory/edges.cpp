#include "knowledge/memory/edges.hpp"

#include "knowledge/graph/store.hpp"
#include "knowledge/memory/search.hpp"
#include "knowledge/memory/sql.hpp"
#include "knowledge/memory/store.hpp"

namespace stele::memory {

namespace {

constexpr int kBest = 3;

}  // namespace

const graph::Source& edge_source() {
    static const graph::Source source("memories", sql::edges, sql::edge_page);
    return source;
}

bool asks_for_edges(const NewMemory& memory) {
    const StoreInput& in = memory.input;
    return in.message_id || in.job_id || in.commit || in.file || in.source_uri ||
           memory.superseded_by;
}

void write_edges(runtime::Context& context, const std::vector<Uuid>& ids) {
    if (ids.empty()) return;
    context.db.once(call_of(context), edge_source().project(), context.caller.org,
                    context.caller.project, ids);
}

graph::Kind graph_kind() {
    return graph::kind_of("memory", sql::labels);
}

std::vector<Uuid> best_for(runtime::Context& context, const std::string& question) {
    SearchInput input;
    input.query = question;
    input.limit = kBest;
    std::vector<Uuid> out;
    for (const Memory& memory : search(context, input).results)
        out.push_back(*Uuid::parse(memory.id));
    return out;
}

}  // namespace stele::memory
