#include "knowledge/retrieval/operations.hpp"

#include <fmt/format.h>

#include <optional>

namespace stele::retrieval {

namespace {

using reflect::field;
using reflect::fields;

struct RefoldInput {
    bool words = false;
    static auto describe() {
        return fields(
            field("words", &RefoldInput::words,
                  "Split every text into words anew as well: after an upgrade whose notes "
                  "say that words have changed"));
    }
};

struct RefoldedKind {
    std::string kind;
    std::int64_t segments = 0;
    std::int64_t items = 0;
    std::optional<std::int64_t> split;
    template <class S = RefoldedKind>
    static auto describe() {
        return fields(field("kind", &S::kind, "memory, message or summary"),
                      field("segments", &S::segments, "Segments that were thrown away"),
                      field("items", &S::items, "Items that will be indexed again"),
                      field("split", &S::split, "Texts that were split into words anew"));
    }
};

struct RefoldOutput {
    std::vector<RefoldedKind> kinds;
    static auto describe() {
        return fields(field("kinds", &RefoldOutput::kinds, "What was done, by kind of item"));
    }
};

RefoldOutput refold(runtime::Context& context, const std::vector<Source>& sources, bool words) {
    const pg::Tenant tenant{context.caller.org, context.caller.project};
    const pg::Call call{tenant, context.deadline, context.cancelled};
    RefoldOutput out;
    for (const Source& source : sources) {
        RefoldedKind& kind = out.kinds.emplace_back();
        kind.kind = name_of(source.kind);
        if (words) kind.split = split_again(context, call, source);
        const Emptied done = context.db.transaction(
            call, [&](pg::Transaction& tx) { return empty_segments(tx, tenant, source); });
        kind.segments = done.segments;
        kind.items = done.items;
    }
    return out;
}

std::string render_emptied(const json::value& output) {
    std::string out;
    for (const json::value& kind : output.at("kinds").as_array()) {
        out += fmt::format("{}: {} segments thrown away, {} items to index again\n",
                           std::string_view(kind.at("kind").as_string()),
                           kind.at("segments").to_number<std::int64_t>(),
                           kind.at("items").to_number<std::int64_t>());
        if (const json::value* split = kind.as_object().if_contains("split"))
            out += fmt::format("{}: {} texts split into words anew\n",
                               std::string_view(kind.at("kind").as_string()),
                               split->to_number<std::int64_t>());
    }
    return out;
}

}  // namespace

void register_operations(runtime::Registry& registry, std::vector<Source> sources) {
    registry.add(
        runtime::operation<RefoldInput, RefoldOutput>(
            "segments.refold",
            [sources = std::move(sources)](runtime::Context& context, const RefoldInput& input) {
                return refold(context, sources, input.words);
            })
            .says("Make this tenant's search segments anew from its rows",
                  "Use it when a search names a damaged segment. Nothing is lost and searches go "
                  "on, slower until the worker of `stele serve` has indexed all items again.")
            .with_effect(runtime::Effect::write)
            .with_idempotent()
            .with_scopes({"memory:write"})
            .with_doors(runtime::kCli | runtime::kHttp)
            .with_time_limit(std::chrono::hours(1))
            .with_examples(
                {{"Start", {}}, {"After an upgrade that changed words", {{"words", true}}}})
            .with_render(render_emptied));
}

}  // namespace stele::retrieval
