// Which embedding model the database's vectors come from, and whether ours is that one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/context.hpp"

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

// A vector, or nothing with the reason in `problem`: a write or a search goes on without it.
std::optional<std::vector<float>> embed_query(api::Context& context, const std::string& text,
                                              std::string& problem);
std::optional<std::vector<float>> embed_document(api::Context& context, const std::string& text);

}  // namespace stele::memory
