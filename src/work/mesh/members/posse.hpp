// What a posse's agents share: memories of its scope, through the memory domain.
#pragma once

#include "knowledge/memory/requests.hpp"
#include "runtime/context.hpp"
#include "work/mesh/types.hpp"

namespace stele::mesh {

// The message to who asks for the posse and has none.
inline constexpr const char* kNoPosse = "this agent is in no posse: set STELE_POSSE_NAME";

// shared: the posse's, and what is global; self: this instance's; all: the tenant's.
enum class Visible { shared, self, all };

struct PosseSearchInput {
    std::string query;
    int limit = 5;
    Visible scope = Visible::shared;
    template <class S = PosseSearchInput>
    static auto describe() {
        return fields(field("query", &S::query, "What to look for")
                          .required()
                          .positional()
                          .max_bytes(limits::kQueryBytes),
                      field("limit", &S::limit, "How many").clamp(1, limits::kPage).alias("n"),
                      field("scope", &S::scope,
                            "shared: the posse's and global ones; self: this instance's; all"));
    }
};

struct PosseRecentInput {
    int limit = 10;
    Visible scope = Visible::shared;
    template <class S = PosseRecentInput>
    static auto describe() {
        return fields(
            field("limit", &S::limit, "How many").clamp(1, limits::kPage).alias("n").positional(),
            field("scope", &S::scope,
                  "shared: the posse's and global ones; self: this instance's; all"));
    }
};

// Who is in no posse finds nothing, and is told so.
memory::ResultsOutput posse_search(runtime::Context& context, const PosseSearchInput& input);
memory::ResultsOutput posse_recent(runtime::Context& context, const PosseRecentInput& input);

}  // namespace stele::mesh

namespace stele::reflect {

template <>
struct EnumNames<mesh::Visible> {
    static constexpr std::array<std::pair<mesh::Visible, std::string_view>, 3> values{
        {{mesh::Visible::shared, "shared"},
         {mesh::Visible::self, "self"},
         {mesh::Visible::all, "all"}}};
};

}  // namespace stele::reflect
