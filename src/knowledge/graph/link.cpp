#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/pg/error.hpp"
#include "knowledge/graph/answers.hpp"
#include "knowledge/graph/sql.hpp"
#include "knowledge/graph/walk.hpp"

namespace stele::graph {

namespace {

constexpr std::string_view kCycle = "would close a cycle: ";

// What can be linked: something known, or something that has a kind and a name.
void must_be_linkable(const NodeRef& ref, const char* field, const std::string& name) {
    if (ref.known || ref.key) return;
    throw Error(Code::not_found, fmt::format("{}: nothing has the id {}", field, name),
                "what lives elsewhere is named with its kind: finding:CVE-2026-1, commit:4f2a9c1");
}

void must_agree(const EdgeType& type, std::optional<bool> strict) {
    if (!strict || *strict == type.strict) return;
    throw Error(Code::invalid_argument,
                fmt::format("strict: {} is a {} type", type.name, type.strict ? "strict" : "loose"),
                "strictness is a property of the type: leave `strict` out, or use another type");
}

[[noreturn]] void closes_a_cycle(const pg::ServerError& error) {
    const std::string_view text = error.message();
    const auto begin = text.find(kCycle) + kCycle.size();
    const std::string path(text.substr(begin, text.rfind(" (") - begin));
    throw Error(Code::conflict, fmt::format("the link would close a cycle: {}", path),
                "strict edges form no cycle: turn the link round, leave out an edge of that path "
                "(`stele graph unlink`), or use a loose type such as related_to",
                {{"cycle", path}});
}

}  // namespace

LinkOutput link(runtime::Context& context, const Domains& domains, const LinkInput& input) {
    const EdgeType& type = edge_type(input.type);
    must_agree(type, input.strict);
    const auto refs = resolve(context, domains, {input.from, input.to});
    must_be_linkable(refs[0], "from", input.from);
    must_be_linkable(refs[1], "to", input.to);
    if (refs[0].id == refs[1].id)
        throw Error(Code::invalid_argument, "to: a node cannot be linked to itself");
    const runtime::Caller& caller = context.caller;
    LinkOutput out;
    try {
        const pg::Result rows =
            context.db.once(call_of(context), sql::write_link, caller.org, caller.project,
                            caller.principal, refs[0].id, refs[0].kind, refs[0].key, input.type,
                            refs[1].id, refs[1].kind, refs[1].key, input.weight, input.evidence);
        out.message = rows[0].get<std::int64_t>(0) > 0 ? "Linked" : "Linked already";
    } catch (const pg::ServerError& error) {
        if (error.sqlstate() == "ST001") closes_a_cycle(error);
        throw;
    }
    out.linked = true;
    out.edge = {refs[0].id.text(), refs[1].id.text(), input.type,
                type.strict,       input.weight,      caller.principal};
    return out;
}

UnlinkOutput unlink(runtime::Context& context, const Domains& domains, const UnlinkInput& input) {
    edge_type(input.type);
    const auto refs = resolve(context, domains, {input.from, input.to});
    const runtime::Caller& caller = context.caller;
    const pg::Tenant tenant{caller.org, caller.project};
    return context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        const pg::Result rows =
            tx.query(sql::unlink, tenant.org, tenant.project, refs[0].id, input.type, refs[1].id);
        if (rows.empty()) return UnlinkOutput{false, "There is no such link"};
        const bool linked = rows[0].get<bool>(0), vouched = rows[0].get<bool>(1);
        if (!linked)
            throw Error(Code::conflict, "nobody linked these: the edge comes from what is stored",
                        "it goes when that is forgotten");
        if (vouched) return UnlinkOutput{true, "Unlinked; what is stored still says so"};
        tx.query(sql::lock, tenant.org, tenant.project);
        tx.query(sql::forget_orphans, tenant.org, tenant.project,
                 std::vector{refs[0].id, refs[1].id});
        return UnlinkOutput{true, "Unlinked"};
    });
}

}  // namespace stele::graph
