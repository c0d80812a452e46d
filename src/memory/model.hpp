// Which embedding model the database's vectors come from, and whether ours is that one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/context.hpp"
#include "memory/types.hpp"

namespace stele::memory {

// The registry's id of this process's model, registering it when the database has none yet. Nothing
// when there is no embedder, or when the database's vectors come from another model; `degraded`
// then says what to do. Asked again every ten seconds, so another process's change is noticed.
struct ActiveModel {
    std::optional<int> id;
    std::string degraded;  // "" when id is set
};
ActiveModel active_model(api::Context& context);

// Makes this process's model the active one and asks the filler for every vector the tenant lacks.
// Returns how many were asked for. Throws Error(configuration) without an embedder.
std::int64_t reembed(api::Context& context);

// What a question means. A search goes on without; then `degraded` is set and `problem` says why.
struct QueryMeaning {
    std::optional<std::vector<float>> vector;
    std::int32_t model = 0;
    bool degraded = false;
    std::string problem;
};
// Nothing, and not degraded, when the search is for words alone.
QueryMeaning meaning_of_query(api::Context& context, SearchMode mode, const std::string& text);

// A vector, or nothing: the write goes on without it.
std::optional<std::vector<float>> embed_document(api::Context& context, const std::string& text);

}  // namespace stele::memory
