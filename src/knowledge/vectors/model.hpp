// Which embedding model the database's vectors come from, and whether ours is that one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/pg/result.hpp"
#include "knowledge/retrieval/report.hpp"
#include "knowledge/vectors/search_mode.hpp"
#include "runtime/context.hpp"

namespace stele::vectors {

// The registry's id of this process's model, registering it when the database has none yet. Nothing
// when there is no embedder, or when the database's vectors come from another model; `degraded`
// then says what to do. Asked again every ten seconds, so another process's change is noticed.
struct ActiveModel {
    std::optional<int> id;
    std::string degraded;  // "" when id is set
};
ActiveModel active_model(runtime::Context& context);

// The model that the backfill makes vectors with: this process's, when it is the active one or the
// one that `memory reembed` is making ready, which goes before.
struct FillModel {
    int id = 0;
    bool active = false;
};
std::optional<FillModel> fill_model(runtime::Context& context);

// The registry has changed: asked again at once.
void forget_active_model(runtime::Context& context);

// What a question means. A search goes on without; then `degraded` is set and `problem` says why.
struct QueryMeaning {
    std::optional<std::vector<float>> vector;
    std::int32_t model = 0;
    bool degraded = false;
    std::string problem;
    bool cut = false;  // of the text the middle was left out
};
// Nothing, and not degraded, when the search is for words alone. Of a text longer than the model's
// window the beginning and the end are embedded: what is asked stands at either end of what is
// pasted with it.
QueryMeaning meaning_of_query(runtime::Context& context, SearchMode mode, const std::string& text);

// The beginning and the end of a text, together at most so many bytes; a text that is no longer as
// it is. Cut between words where one ends nearby, never inside a character.
std::string head_and_tail(std::string_view text, std::size_t bytes);

// What a search says whose scope holds items that no vector was found of: some wait for it, or
// none can be made.
std::string lacking_vectors(bool waiting, std::string_view items);

// Says so in an output with `degraded` and `message`; `lacking` is whether some wait, and whether
// some were set aside.
template <class Output>
void report_lacking(const pg::Row& lacking, std::string_view items, Output& out) {
    const bool waiting = lacking.get<bool>(0), dead = lacking.get<bool>(1);
    if (!waiting && !dead) return;
    out.degraded.emplace_back("vector");
    retrieval::add_note(out.message, lacking_vectors(waiting, items));
}

// A vector, or nothing: the write goes on without it.
std::optional<std::vector<float>> embed_document(runtime::Context& context,
                                                 const std::string& text);

}  // namespace stele::vectors
