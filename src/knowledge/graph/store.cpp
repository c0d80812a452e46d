#include "knowledge/graph/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "foundation/base/error.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/graph/sql.hpp"

namespace stele::graph {

namespace {

[[noreturn]] void no_such_name(const std::string& name) {
    throw Error(Code::invalid_argument,
                fmt::format("node: expected an id or kind:name, got \"{}\"", excerpt(name, 60)),
                fmt::format("kinds: {}", fmt::join(kNodeKinds, ", ")));
}

struct KindAndKey {
    std::string kind, key;
};

KindAndKey split(const std::string& name) {
    const auto colon = name.find(':');
    if (colon == std::string::npos || colon + 1 == name.size()) no_such_name(name);
    const std::string kind = name.substr(0, colon);
    if (std::ranges::find(kNodeKinds, kind) == kNodeKinds.end()) no_such_name(name);
    return {kind, name.substr(colon + 1)};
}

// What is known by name alone has an id of version 8 (stele_graph_id).
bool may_be_a_name(const Uuid& id) {
    return id.bytes[6] >> 4 == 8;
}

void add_names(runtime::Context& context, std::vector<NodeRef>& refs) {
    std::vector<Uuid> ids;
    for (const NodeRef& ref : refs)
        if (may_be_a_name(ref.id)) ids.push_back(ref.id);
    if (ids.empty()) return;
    for (const pg::Row row : context.db.once(call_of(context), sql::nodes, context.caller.org,
                                             context.caller.project, ids))
        for (NodeRef& ref : refs)
            if (ref.id == row.get<Uuid>(0)) {
                ref.kind = row.get<std::string>(1);
                ref.key = row.get<std::string>(2);
                ref.known = true;
            }
}

// Whatever an edge says of the others, also of what is gone.
void add_kinds(runtime::Context& context, std::vector<NodeRef>& refs) {
    std::vector<Uuid> ids;
    for (const NodeRef& ref : refs)
        if (!ref.known) ids.push_back(ref.id);
    if (ids.empty()) return;
    for (const pg::Row row : context.db.once(call_of(context), sql::kinds, context.caller.org,
                                             context.caller.project, ids))
        for (NodeRef& ref : refs)
            if (ref.id == row.get<Uuid>(0)) {
                ref.kind = row.get<std::string>(1);
                ref.known = true;
            }
}

std::string label_of(std::string_view text) {
    return excerpt(redact(text), limits::kLabelBytes);
}

// Asks each domain about the ids that are, or may be, of its kind.
void add_labels(runtime::Context& context, const Domains& domains, std::vector<NodeRef>& refs) {
    for (const Kind& kind : domains.kinds) {
        std::vector<Uuid> ids;
        for (const NodeRef& ref : refs)
            if (ref.kind.empty() || ref.kind == kind.name) ids.push_back(ref.id);
        if (ids.empty()) continue;
        const Labels labels = kind.labels(context, ids);
        for (NodeRef& ref : refs) {
            const auto found = labels.find(ref.id);
            if (found == labels.end() || (!ref.kind.empty() && ref.kind != kind.name)) continue;
            ref.kind = kind.name;
            ref.label = label_of(found->second);
            ref.known = true;
        }
    }
}

void look_up(runtime::Context& context, const Domains& domains, std::vector<NodeRef>& refs) {
    add_names(context, refs);
    add_labels(context, domains, refs);
    for (NodeRef& ref : refs)
        if (ref.label.empty() && ref.key) ref.label = label_of(*ref.key);
}

}  // namespace

void forget(pg::Transaction& tx, const pg::Tenant& tenant, std::string_view table,
            const std::vector<Uuid>& ids) {
    if (ids.empty()) return;
    std::vector<Uuid> ends;
    for (const pg::Row row : tx.query(sql::forget_edges, tenant.org, tenant.project, table, ids))
        ends.push_back(row.get<Uuid>(0));
    if (ends.empty()) return;
    tx.query(sql::lock, tenant.org, tenant.project);
    tx.query(sql::forget_orphans, tenant.org, tenant.project, ends);
}

std::vector<NodeRef> resolve(runtime::Context& context, const Domains& domains,
                             const std::vector<std::string>& names) {
    std::vector<NodeRef> refs(names.size());
    std::vector<std::string> kinds, keys;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (const auto id = Uuid::parse(names[i])) {
            refs[i].id = *id;
            continue;
        }
        KindAndKey named = split(names[i]);
        refs[i].kind = named.kind;
        places.push_back(i);
        kinds.push_back(std::move(named.kind));
        keys.push_back(std::move(named.key));
    }
    if (!places.empty()) {
        const pg::Result rows = context.db.once(call_of(context), sql::resolve, kinds, keys);
        for (std::size_t i = 0; i < places.size(); ++i) {
            NodeRef& ref = refs[places[i]];
            ref.id = rows[int(i)].get<Uuid>(0);
            if (lower_ascii(keys[i]) != ref.id.text()) ref.key = keys[i];
        }
    }
    look_up(context, domains, refs);
    add_kinds(context, refs);
    return refs;
}

void describe_nodes(runtime::Context& context, const Domains& domains, std::vector<Node>& nodes) {
    std::vector<NodeRef> refs;
    for (const Node& node : nodes)
        refs.push_back({*Uuid::parse(node.id), node.kind, std::nullopt, "", false});
    if (!refs.empty()) look_up(context, domains, refs);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        nodes[i].kind = refs[i].kind;
        nodes[i].label = refs[i].label;
        nodes[i].ref_id = refs[i].key ? *refs[i].key : nodes[i].id;
    }
}

std::vector<Step> step(runtime::Context& context, const std::vector<Uuid>& nodes,
                       const Follow& follow, int per_node, int in_all) {
    std::vector<Step> out;
    const runtime::Caller& caller = context.caller;
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.keep_one_plan();
        p.add(sql::step, caller.org, caller.project, nodes, follow.outward, follow.inward, per_node,
              in_all);
    });
    for (const pg::Row row : results.back())
        out.push_back({row.get<Uuid>(0), row.get<bool>(1), row.get<Uuid>(2), row.get<Uuid>(4),
                       row.get<std::string>(3), row.get<std::string>(6), row.get<std::string>(7),
                       row.get<bool>(5), row.get<double>(8),
                       row.get<std::optional<std::string>>(9)});
    return out;
}

}  // namespace stele::graph
