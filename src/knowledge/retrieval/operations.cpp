#include "knowledge/retrieval/operations.hpp"

#include <fmt/format.h>

namespace stele::retrieval {

namespace {

using reflect::field;
using reflect::fields;

struct RefoldInput {
    static auto describe() { return fields(); }
};

struct RefoldedKind {
    std::string kind;
    std::int64_t segments = 0;
    std::int64_t items = 0;
    template <class S = RefoldedKind>
    static auto describe() {
        return fields(field("kind", &S::kind, "memory, message or summary"),
                      field("segments", &S::segments, "Segments that were thrown away"),
                      field("items", &S::items, "Items that will be folded again"));
    }
};

struct RefoldOutput {
    std::vector<RefoldedKind> kinds;
    static auto describe() {
        return fields(field("kinds", &RefoldOutput::kinds, "What was done, by kind of item"));
    }
};

RefoldOutput refold_tenant(runtime::Context& context, const std::vector<Source>& sources) {
    const pg::Tenant tenant{context.caller.org, context.caller.project};
    const pg::Call call{tenant, context.deadline, context.cancelled};
    RefoldOutput out;
    for (const Source& source : sources) {
        const Refolded done = context.db.transaction(
            call, [&](pg::Transaction& tx) { return refold(tx, tenant, source); });
        out.kinds.push_back({std::string(name_of(source.kind)), done.segments, done.items});
    }
    return out;
}

std::string render_refolded(const json::value& output) {
    std::string out;
    for (const json::value& kind : output.at("kinds").as_array())
        out += fmt::format("{}: {} segments thrown away, {} items to fold again\n",
                           std::string_view(kind.at("kind").as_string()),
                           kind.at("segments").to_number<std::int64_t>(),
                           kind.at("items").to_number<std::int64_t>());
    return out;
}

}  // namespace

void register_operations(runtime::Registry& registry, std::vector<Source> sources) {
    runtime::Operation op = runtime::operation<RefoldInput, RefoldOutput>(
        "segments.refold",
        [sources = std::move(sources)](runtime::Context& context, const RefoldInput&) {
            return refold_tenant(context, sources);
        });
    op.summary = "Make this tenant's search segments anew from its rows";
    op.description =
        "Use it when a search names a damaged segment. Nothing is lost and searches go on, slower "
        "until the worker of `stele serve` has folded all items again.";
    op.effect = runtime::Effect::write;
    op.idempotent = true;
    op.scopes = {"memory:write"};
    op.doors = runtime::kCli | runtime::kHttp;
    op.time_limit = std::chrono::hours(1);
    op.examples = {{"Start", {}}};
    op.render = render_refolded;
    registry.add(op);
}

}  // namespace stele::retrieval
