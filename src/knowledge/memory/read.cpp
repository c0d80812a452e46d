#include <map>

#include "foundation/embed/embedder.hpp"
#include "knowledge/memory/backfill.hpp"
#include "knowledge/memory/sql.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/tenancy/scope.hpp"
#include "knowledge/vectors/model.hpp"

namespace stele::memory {

namespace {

std::optional<std::vector<std::string>> if_any(const std::vector<std::string>& values) {
    if (values.empty()) return std::nullopt;
    return values;
}

}  // namespace

Memory read_memory(const pg::Row& row) {
    Memory m;
    int column = 0;
    const auto next = [&](auto& field) {
        field = row.get<std::decay_t<decltype(field)>>(column++);
    };
    m.id = row.get<Uuid>(column++).text();
    next(m.type);
    next(m.category);
    next(m.content);
    next(m.source);
    next(m.scope);
    next(m.timestamp);
    next(m.tags);
    next(m.metadata);
    next(m.pinned);
    m.trust = reflect::enum_of<Trust>(row.raw(column++)).value_or(Trust::untrusted);
    next(m.content_hash);
    next(m.version);
    next(m.updated_at);
    next(m.instance);
    next(m.source_uri);
    next(m.commit);
    next(m.file);
    next(m.job_id);
    next(m.message_id);
    next(m.valid_from);
    next(m.valid_until);
    next(m.expires_at);
    if (const auto successor = row.get<std::optional<Uuid>>(column++))
        m.superseded_by = successor->text();
    // A class that a newer program made is not one to delete by.
    m.retention = reflect::enum_of<Retention>(row.raw(column)).value_or(Retention::legal_hold);
    return m;
}

bool narrows(const Filter& f) {
    return f.category || f.source || f.type || !f.tags.empty() || !f.all_tags.empty() || f.since ||
           f.until || f.metadata || f.as_of;
}

FilterParams filter_params(const runtime::Context& context, const Filter& filter) {
    FilterParams p;
    p.org = context.caller.org;
    p.project = context.caller.project;
    p.scopes = tenancy::scopes_to_search(context, filter.scope);
    p.now = now();
    p.live_only = !filter.as_of;
    p.as_of = filter.as_of;
    p.category = filter.category;
    p.source = filter.source;
    p.type = filter.type;
    p.tags = if_any(filter.tags);
    p.all_tags = if_any(filter.all_tags);
    p.since = filter.since;
    p.until = filter.until;
    p.metadata = filter.metadata;
    return p;
}

std::vector<Memory> fetch(runtime::Context& context, const std::vector<Uuid>& ids) {
    if (ids.empty()) return {};
    return in_order(context.db.once(call_of(context), sql::fetch, context.caller.org,
                                    context.caller.project, ids),
                    ids);
}

std::vector<Memory> in_order(const pg::Result& rows, const std::vector<Uuid>& ids) {
    std::map<Uuid, int> places;
    for (int i = 0; i < rows.rows(); ++i) places.emplace(rows[i].get<Uuid>(0), i);
    std::vector<Memory> out;
    out.reserve(places.size());
    for (const Uuid& id : ids)
        if (const auto at = places.find(id); at != places.end())
            out.push_back(read_memory(rows[at->second]));
    return out;
}

std::optional<Memory> find(runtime::Context& context, const std::string& id) {
    std::vector<Memory> found = fetch(context, {*Uuid::parse(id)});
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<Version> history(runtime::Context& context, const std::string& id) {
    std::vector<Version> out;
    for (const pg::Row row : context.db.once(call_of(context), sql::history, context.caller.org,
                                             context.caller.project, *Uuid::parse(id)))
        out.push_back({row.get<std::int32_t>(0), row.get<json::object>(1), row.get<Timestamp>(2),
                       row.get<std::string>(3)});
    return out;
}

}  // namespace stele::memory
