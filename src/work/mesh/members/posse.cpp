#include "work/mesh/members/posse.hpp"

#include "knowledge/memory/search.hpp"
#include "knowledge/memory/store.hpp"

namespace stele::mesh {

namespace {

std::string scope_of(Visible visible) {
    switch (visible) {
        case Visible::shared:
            return "posse";
        case Visible::self:
            return "instance";
        case Visible::all:
            break;
    }
    return "all";
}

std::optional<memory::ResultsOutput> no_posse(const runtime::Context& context, Visible visible) {
    if (visible != Visible::shared || !context.caller.posse.empty()) return std::nullopt;
    memory::ResultsOutput out;
    out.message = kNoPosse;
    return out;
}

}  // namespace

memory::ResultsOutput posse_search(runtime::Context& context, const PosseSearchInput& input) {
    if (auto none = no_posse(context, input.scope)) return std::move(*none);
    memory::SearchInput search;
    search.query = input.query;
    search.limit = input.limit;
    search.scope = scope_of(input.scope);
    return memory::search(context, search);
}

memory::ResultsOutput posse_recent(runtime::Context& context, const PosseRecentInput& input) {
    if (auto none = no_posse(context, input.scope)) return std::move(*none);
    memory::Filter filter;
    filter.scope = scope_of(input.scope);
    return {memory::list(context, filter, input.limit, {}).results, {}, {}};
}

}  // namespace stele::mesh
