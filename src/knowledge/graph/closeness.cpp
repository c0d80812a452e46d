#include "knowledge/graph/closeness.hpp"

#include <algorithm>
#include <unordered_map>

#include "knowledge/graph/sql.hpp"

namespace stele::graph {

namespace {

constexpr std::int32_t kEdges = 200;  // looked at, each way

}  // namespace

void ask_closeness(pg::Pipeline& pipeline, const pg::Tenant& tenant, const std::vector<Uuid>& ids) {
    pipeline.add(sql::among, tenant.org, tenant.project, ids, kEdges);
}

std::vector<float> closeness(const pg::Result& answer, const std::vector<Uuid>& ids) {
    std::vector<float> out(ids.size());
    if (answer.empty()) return out;
    std::unordered_map<Uuid, std::size_t> place;
    for (std::size_t i = 0; i < ids.size(); ++i) place.emplace(ids[i], i);
    std::unordered_map<Uuid, std::vector<std::size_t>> joined;  // to what is none of them
    for (const pg::Row row : answer) {
        const std::size_t at = place.at(row.get<Uuid>(0));
        const Uuid other = row.get<Uuid>(1);
        if (place.contains(other))
            out[at] = 1;
        else
            joined[other].push_back(at);
    }
    for (const auto& [node, places] : joined) {
        const bool several =
            std::ranges::any_of(places, [&](std::size_t at) { return at != places.front(); });
        if (!several) continue;
        for (const std::size_t at : places) out[at] = std::max(out[at], 0.5F);
    }
    return out;
}

}  // namespace stele::graph
